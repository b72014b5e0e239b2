# Each target sets up what it needs first: a clean clone takes one command.
.PHONY: help setup demo test lint bench prove run clean
.DEFAULT_GOAL := help

help:  ## show this list
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' Makefile | expand -t 10

setup:  ## virtual environment, packages, private PostgreSQL, tables
	@bin/setup

demo:  ## two brands with three months of life, and where to sign in (DEMO_ARGS=…)
	@bin/demo $(DEMO_ARGS)

test:  ## all tests, those in a browser last
	@bin/test

lint:  ## ruff, mypy, djlint
	@bin/lint

bench:  ## the speed figures (ONLY=name for one of them)
	@bin/bench $(ONLY)

prove:  ## kill, race and volume proofs (TIME=seconds, 600 unless told)
	@bin/prove $(TIME)

run:  ## the web server on 127.0.0.1:8000 and a worker
	@bin/run

clean:  ## stop the private PostgreSQL and delete everything that set-up made
	@bin/clean
