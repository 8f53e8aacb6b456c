# SPDX-License-Identifier: GPL-2.0
#
# Included by who makes tests for guests: DIR, and in it `run` for the SUITES, and what scripts print TAP by.

all: $(O)/run $(O)/tap.sh

$(O)/tap.sh: ../../lib/tap.sh | $(O)
	cp $< $@

$(O)/run: $(kernel)/tests/harness/run Makefile | $(O)
	sed 's/@SUITES@/$(SUITES)/' $< >$@
	chmod 755 $@

$(O):
	mkdir -p $@
