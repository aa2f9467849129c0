"""The Spark engine: the stages of a build on many machines, up to the parts of a graph (`kg.parts`)."""
