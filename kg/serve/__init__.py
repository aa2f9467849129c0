"""The graph over HTTP: a SPARQL 1.1 endpoint that only reads, and pages for people, on this machine unless told otherwise."""
