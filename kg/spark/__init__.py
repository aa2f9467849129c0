"""The same stages on Apache Spark, where one machine is too small: papers → log and refusals → sorted graph, in a folder of parts.

    session ─ inputs ─ reading, tables ─ extraction ─ (log) ─ papers, things, lines ─ graph ─ manifest

`run` composes them. pyspark is an extra and imported where it is used. What workers need: Python of the driver's version with `paper-kg[spark]`
of the driver's version, by an image, or packed as an archive (`--conf spark.archives=env.tar.gz#env --conf spark.pyspark.python=./env/bin/python`);
the weights of the extractors lie in the package. Inputs and the folder of parts are named alike on driver and workers.
"""
