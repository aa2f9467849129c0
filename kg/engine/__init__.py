"""Runs SPARQL in processes of its own that can be killed at a limit.

`runner` answers one query and `pool` many, both by `process`; `worker` is what runs there, `results` how answers are written.
Nothing is imported here: the processes load this package and shall start quickly.
"""
