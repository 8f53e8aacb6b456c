# SPDX-License-Identifier: GPL-2.0
#
# "make help" says what there is. Everything that is built goes to build/ and
# to the target/ folders of Maven; what is downloaded, to ~/.cache/fdstorefs.

supported := $(shell grep -v '^\#' vm-tests/kernels/supported)
KERNELS := $(or $(KERNELS),$(KERNEL),$(supported))
KERNEL  ?= $(firstword $(supported))
TIME    ?= 3000
STORM   ?= 1
RUNS    ?= 21
ENTRIES ?= 1000000
SECONDS ?= 600
prefix  ?= /usr/local
SEED    ?= random

vm    := vm-tests/vm
stage := build/stage
mvn   := mvn -B -q -Dstyle.color=never
# Says what javadoc complains about, as -q does not.
mvn_warnings := mvn -B -Dstyle.color=never -Dorg.slf4j.simpleLogger.defaultLogLevel=warn

.DEFAULT_GOAL := help
.PHONY: help demo test check shell clean
.PHONY: check-c check-java format test-host test-guest test-selinux test-runner
.PHONY: test-debug test-debug-c test-debug-java coverage fuzz stress soak build-matrix
.PHONY: bench bench-check bench-cli bench-takeover
.PHONY: module tests libfuse examples java jars javadoc tarball dist dist-check stage stage-bench stage-selinux images deps
.PHONY: deb install uninstall test-install

help: ## what there is
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{ printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "KERNEL=NAME picks the kernel of the virtual machine: one of $(supported); test and soak use all of them,"
	@echo "the others the first one, when none is picked."

demo: stage ## kill a FUSE server again and again: without a store, and with one
	@$(vm) run -k $(KERNEL) -t 600 -s $(stage) -- bash /stage/demo/run.sh

soak: stage ## kill 2,200 FUSE servers under real programs; takes an hour or more
	@vm-tests/soak/suite $(KERNELS)

bench-takeover: stage ## what it takes until the next server answers, started by a supervisor, and warm
	@$(vm) run -k $(KERNEL) -t $(TIME) -s $(stage) -- bash /stage/soak/bench.sh $(RUNS)

test: deps ## all tests: on this machine, and in a virtual machine for each kernel; JOBS=2 at a time
	@vm-tests/all $(KERNELS)

test-host: java tarball javadoc tests ## the tests that need no kernel module
	@vm-tests/tests/judge-test
	@vm-tests/tests/kernels-test
	@vm-tests/tests/docs-test
	@vm-tests/tests/dist-test
	@vm-tests/tests/consumer-test
	@vm-tests/tests/install-test
	@$(MAKE) --no-print-directory -s -C vm-tests/soak O=$(CURDIR)/build/soak check

check: check-c check-java ## what can be said about the code without running it

check-c: deps
	@vm-tests/check/c

check-java: deps
	@vm-tests/check/java

format: ## lay out the Java code as check wants it
	@$(mvn) -N spotless:apply

# STAGED=1: what a guest sees has been made already.
test-guest: $(if $(STAGED),,stage) ## the tests that need one, on KERNEL; FULL=1: Java with nothing left out
	@echo "== kernel $(KERNEL)"
	@rm -rf build/$(KERNEL)/results
	@$(vm) run -k $(KERNEL) -t $(TIME) -s $(stage) -o build/$(KERNEL)/results -- env FULL=$(FULL) sh /stage/guest-tests

test-selinux: $(if $(STAGED),,stage-selinux) ## the tests of labels, with SELinux enforcing Debian's policy, on KERNEL
	@echo "== SELinux on kernel $(KERNEL)"
	@rm -rf build/$(KERNEL)/selinux
	@$(vm) run -k $(KERNEL) -t $(TIME) -p security=selinux -p enforcing=0 \
		-s $(stage)-selinux -o build/$(KERNEL)/selinux -- bash /stage/guest-tests

test-install: $(if $(STAGED),,tarball) ## the Debian packages: lintian, and installed into Debians with systemd, upgraded, purged; SYSTEMS=debian-12: into one
	@vm-tests/install/suite $(SYSTEMS)

test-debug: ## the C and Java tests on a kernel that looks for mistakes; STORM=6: for longer
	@status=0; \
	for what in c java; do \
		$(MAKE) --no-print-directory test-debug-$$what || status=1; \
	done; \
	vm-tests/host/summary --debug $$status

test-debug-c: TIME := 5400
test-debug-c: deps tests ## the C tests alone, with those that make memory fail
	@rm -rf build/debug/stage build/debug/results && mkdir -p build/debug/stage
	@cp -a build/tests build/debug/stage/tests
	@cp vm-tests/guest/tests-debug build/debug/stage/guest-tests
	@$(vm) run -k debug -t $(TIME) -s build/debug/stage -o build/debug/results -- \
		env FDSTOREFS_OPS=20000 STORM=$(STORM) bash /stage/guest-tests

test-debug-java: TIME := 5400
test-debug-java: stage ## the Java tests alone
	@rm -rf build/debug/java
	@$(vm) run -k debug -t $(TIME) -m 3072 -s $(stage) -o build/debug/java -- \
		bash /stage/tests-debug --java

coverage: TIME := 5400
coverage: deps tests ## which lines of the module its C tests reach, on the debug kernel; build/coverage.txt
	@vm-tests/coverage $(TIME)

fuzz: deps tests ## SECONDS=600 of random operations, compared with a model, on KERNEL=6.12, debug, ...; SEED=N for the same again
	@seed=$(SEED); [ $$seed != random ] || seed=$$(od -An -N4 -tu4 /dev/urandom | tr -d ' '); \
	echo "== fuzzing on kernel $(KERNEL), seed $$seed"; \
	rm -rf build/$(KERNEL)/fuzz; \
	$(vm) run -k $(KERNEL) -t $$(($(SECONDS) * 2 + 600)) -s build/fuzz -o build/$(KERNEL)/fuzz -- \
		/stage/fuzz --seed $$seed --seconds $(SECONDS) --script /out/script

stress: deps ## stress-ng's file system workers on stores, on KERNEL; WORKERS='dentry link+rename' for some, 3 seconds each
	@rm -rf build/$(KERNEL)/stress build/stress && mkdir -p build/stress/stress
	@cp vm-tests/stress/run build/stress/stress
	@package=$$(vm-tests/stress/package) && \
	$(vm) run -k $(KERNEL) -t $(TIME) -s $$package -s build/stress -o build/$(KERNEL)/stress -- \
		bash /stage/stress/run /out/tap 3 $(WORKERS)

test-runner: deps tests ## the tests of the virtual machines themselves; boots many
	@vm-tests/tests/run-test
	@vm-tests/tests/plant-test

build-matrix: deps ## compile the module for every kernel that Debian has headers of; SUITES=sid: of some
	@vm-tests/matrix/run build/matrix.txt $(SUITES)

shell: stage ## a shell in the virtual machine, the module loaded
	@$(vm) shell -k $(KERNEL) -s $(stage)

module: deps ## the module for KERNEL, in build/KERNEL
	@$(vm) module -k $(KERNEL)

libfuse: deps ## the server of docs/recipes/libfuse, and its test, in build/libfuse
	@$(MAKE) --no-print-directory -s -C docs/recipes/libfuse O=$(CURDIR)/build/libfuse
	@$(MAKE) --no-print-directory -s -C vm-tests/libfuse O=$(CURDIR)/build/libfuse

tests: deps ## the C tests, the fuzzer, the scenarios and the soak, in build/tests and so on
	@$(MAKE) --no-print-directory -s -C kernel-module/tests O=$(CURDIR)/build/tests
	@$(MAKE) --no-print-directory -s -C kernel-module/tests/fuzz O=$(CURDIR)/build/fuzz
	@$(MAKE) --no-print-directory -s -C vm-tests/scenarios O=$(CURDIR)/build/scenarios
	@$(MAKE) --no-print-directory -s -C vm-tests/soak O=$(CURDIR)/build/soak

# After jars, whose classes they use.
examples: deps # the programs that the documentation shows, in build/recipes and build/docs
	@$(MAKE) --no-print-directory -s -C vm-tests/recipes O=$(CURDIR)/build/recipes
	@$(MAKE) --no-print-directory -s -C vm-tests/docs O=$(CURDIR)/build/docs

java: deps ## the Java library and CLI, with their unit tests
	@echo "== Java: building, and testing what needs no kernel module"
	@$(mvn) verify

# CHECK=1: as check-java, so that what is compiled for something else need not be compiled once more for that.
jars: deps
	@echo "== building"
	@$(if $(CHECK),vm-tests/check/java package,$(mvn) package -DskipTests)

# fdstore as a tarball, in build/dist. It is of what jars or java has built.
tarball: $(if $(filter java test check check-c test-host,$(MAKECMDGOALS)),java,jars)
	@java/dist/tarball build/dist >/dev/null

dist: ## what is to be given away, in build/dist: fdstore, and the jars of the libraries
	@echo "== building build/dist"
	@rm -rf build/dist
	@$(mvn_warnings) package -DskipTests -Pdist -pl java/library,java/fuse,java/cli
	@java/dist/tarball build/dist
	@java/dist/jars build/dist

dist-check: dist ## that it is the same, byte by byte, when built in another place
	@vm-tests/tests/dist-test --rebuild

deb: tarball ## Debian packages, in build/deb: module (DKMS), fdstore, Java libraries, header
	@rm -rf build/deb
	@java/dist/deb/make build/deb

install: ## install what "make dist" has built; prefix=/usr/local, DESTDIR=
	@java/dist/install "$(DESTDIR)" "$(prefix)"

uninstall: ## remove that again
	@java/dist/install --remove "$(DESTDIR)" "$(prefix)"

javadoc: deps # complains about what is missing or wrong
	@echo "== Java: documentation"
	@$(mvn_warnings) package -DskipTests -Pdist -pl java/library,java/fuse

# What a guest sees as /stage.
stage: jars tests libfuse examples tarball stage-bench
	@rm -rf $(stage) && mkdir -p $(stage)
	@cp -a build/tests $(stage)/tests
	@cp -a build/fuzz $(stage)/fuzz
	@cp -a "$$(vm-tests/stress/package)/stress" $(stage) && cp vm-tests/stress/run $(stage)/stress
	@cp -a build/scenarios $(stage)/scenarios
	@cp -a build/libfuse $(stage)/libfuse
	@cp -a build/recipes build/docs $(stage)
	@cp -a java/it/target/guest $(stage)/java
	@cp -a java/cli/target/dist/. $(stage)
	@cp build/dist/fdstore-*.tar.gz $(stage)/java/fdstore.tar.gz
	@cp -a vm-tests/demo $(stage)/demo
	@cp -a build/soak $(stage)/soak
	@cp vm-tests/guest/tests $(stage)/guest-tests
	@cp vm-tests/guest/java $(stage)/guest-java
	@cp vm-tests/guest/tests-debug $(stage)
	@cp build/bench/cost build/bench/bench-cli build/bench/empty.jar $(stage)

stage-bench:
	@$(MAKE) --no-print-directory -s -C vm-tests/bench O=$(CURDIR)/build/bench S6=$(S6)
	@rm -rf build/bench-stage && mkdir -p build/bench-stage
	@cp -a build/bench build/bench-stage/bench

stage-selinux: tests
	@rm -rf $(stage)-selinux && mkdir -p $(stage)-selinux
	@cp -a build/tests kernel-module/selinux vm-tests/selinux $(stage)-selinux
	@cp vm-tests/guest/tests-selinux $(stage)-selinux/guest-tests

images: deps
	@vm-tests/recipes/compiled >/dev/null
	@for kernel in $(KERNELS); do \
		$(vm) prepare -k $$kernel && $(vm) module -k $$kernel || exit; \
	done

bench: jars ## what the verbs cost beside what people would use instead, on KERNELS: docs/performance.md; takes an hour
	@vm-tests/host/packages gnuplot-nox
	@$(MAKE) --no-print-directory stage-bench S6=$$(vm-tests/bench/s6-package)/s6
	@cp -a java/it/target/guest build/bench-stage/java
	@for kernel in $(KERNELS); do \
		vm-tests/bench/measure-kernel $$kernel $(ENTRIES) docs/performance/$$kernel.tsv || exit; \
	done
	@vm-tests/bench/report docs/performance

bench-check: $(if $(STAGED),,deps stage-bench) ## that the verbs cost what they did, within 3 % of the instructions, on KERNEL
	@vm-tests/bench/check $(KERNEL)

bench-cli: stage ## what it costs to start fdstore, beside a Java program that does nothing
	@$(vm) run -k $(KERNEL) -t $(TIME) -s $(stage) -- bash /stage/bench-cli $(RUNS)

deps:
	@$(vm) deps

clean: ## remove what was built here; downloads stay
	@rm -rf build
	@$(mvn) clean
