"""Makes the shipped weights again: corpora in, files of `kg/extract/weights` out. Needs the extra `train`; nothing at run time imports it."""
