# SPDX-License-Identifier: GPL-2.0
#
# "make help" lists the targets. Everything that is built goes to build/ and to the target/ folders of Maven; what is
# downloaded, to ~/.cache/fdstorefs.

supported := $(shell grep -v '^\#' vm-tests/kernels/supported)
KERNELS := $(or $(KERNELS),$(KERNEL),$(supported))
KERNEL  ?= $(firstword $(supported))
# Seconds that a guest may take.
TIME       ?= 3000
DEBUG_TIME ?= 5400
SECONDS ?= 600
SEED    ?= random
CROWD   ?= 20000
RUNS    ?= 21
ENTRIES ?= 1000000
ARCH    ?= amd64
prefix  ?= /usr/local

vm     := vm-tests/vm
suites := vm-tests/suites
stage  := build/stage
build  := $(MAKE) --no-print-directory -s -C
mvn    := mvn -B -q -Dstyle.color=never
# Says what javadoc complains about, as -q does not.
mvn_warnings := mvn -B -Dstyle.color=never -Dorg.slf4j.simpleLogger.defaultLogLevel=warn
# What makes the jars. For "make test" that is check-java, so that the code is compiled once.
JARS   ?= $(mvn) package -DskipTests

.DEFAULT_GOAL := help
# Maven's modules and the guests' stage are made in one place each, one after the other.
.NOTPARALLEL:
.PHONY: help demo shell install uninstall format clean deps images
.PHONY: test check check-c check-java test-host test-guest run-guest test-selinux run-selinux test-servers test-guard
.PHONY: test-engines run-engines test-debug test-debug-c test-debug-java test-install test-runner soak fuzz stress coverage build-matrix
.PHONY: bench bench-check run-bench-check bench-cli bench-takeover bench-guard bench-fuse
.PHONY: test-arm64 stage-arm64 test-csi test-kubernetes image upstream
.PHONY: dist dist-check deb tarball java jars javadoc
.PHONY: module tests libfuse examples guard stage stage-bench stage-engines stage-selinux

help:
	@awk '/^##@ /{ printf "\n%s\n", substr($$0, 5) } \
		match($$0, /^[a-z0-9-]+:.*## ./) { split($$0, part, ":.*## "); printf "  make %-13s %s\n", part[1], part[2] }' Makefile
	@echo
	@echo "KERNEL=NAME picks the kernel of the virtual machine: one of $(supported), debug. Without it test, soak and bench"
	@echo "use all of $(supported), everything else $(firstword $(supported))."

##@ Use it

demo: stage ## kill a FUSE server again and again, without a store and with one
	@$(vm) run -k $(KERNEL) -t 1800 -s $(stage) -- bash /stage/demo/run.sh

shell: stage ## open a shell in a virtual machine that has the module
	@$(vm) shell -k $(KERNEL) -s $(stage)

install: ## install what "make dist" has built, and uninstall removes it; prefix=/usr/local, DESTDIR=
	@packaging/install "$(DESTDIR)" "$(prefix)"

uninstall:
	@packaging/install --remove "$(DESTDIR)" "$(prefix)"

clean: ## remove what was built here; downloads stay
	@rm -rf build
	@$(mvn) clean

##@ Test it

test: deps ## run all tests but the long ones, which every change must pass; JOBS=2 at a time
	@vm-tests/all $(KERNELS)

check: check-c check-java ## check style, compiler warnings and static analysis

check-c: deps
	@vm-tests/host-only/check/c

check-java: deps
	@vm-tests/host-only/check/java

format: ## format the Java code as check expects it
	@$(mvn) -N spotless:apply

test-host: java javadoc tests ## run the tests that need no virtual machine
	@packaging/tarball build/dist >/dev/null
	@for test in vm-tests/host-only/*-test; do $$test || exit; done
	@$(build) $(suites)/soak O=$(CURDIR)/build/soak check

test-guest: stage run-guest ## run the tests that need the module, on KERNEL; FULL=1: with all Java tests

run-guest:
	@echo "== kernel $(KERNEL)"
	@rm -rf build/$(KERNEL)/results
	@$(vm) run -k $(KERNEL) -t $(TIME) -s $(stage) -o build/$(KERNEL)/results -- env FULL=$(FULL) sh /stage/guest-tests

test-selinux: stage-selinux run-selinux ## run the tests of labels, with SELinux enforcing Debian's policy, on KERNEL

run-selinux:
	@echo "== SELinux on kernel $(KERNEL)"
	@rm -rf build/$(KERNEL)/selinux
	@$(vm) run -k $(KERNEL) -t $(TIME) -p security=selinux -p enforcing=0 \
		-s $(stage)-selinux -o build/$(KERNEL)/selinux -- bash /stage/guest-tests

##@ Long tests

test-arm64: stage-arm64 ## the C and Java tests, a fuzzer and FUSE servers that are killed, on arm64 with pages of 4 and 16 KiB
	@$(suites)/arm64/suite $(PARTS)

test-csi: stage ## the CSI driver through its socket: every call twice, at once, and killed in between, on KERNEL
	@rm -rf build/$(KERNEL)/csi
	@$(vm) run -k $(KERNEL) -t $(TIME) -s $(stage) -o build/$(KERNEL)/csi -- sh /stage/guest-csi

test-kubernetes: image ## a real Kubernetes of one node in a guest, with the driver and pods that are killed, on KERNEL
	@$(suites)/kubernetes/suite $(KERNEL)

test-servers: stage ## kill nginx, HAProxy and others under load and start them again with their listener, on KERNEL
	@rm -rf build/$(KERNEL)/servers
	@$(vm) run -k $(KERNEL) -t $(TIME) -s $(stage) -o build/$(KERNEL)/servers -- sh /stage/recipes/run /out servers

test-guard: stage ## kill FUSE servers that know nothing of us, and their guards, KILLS=100 times each, on KERNEL; SERVERS='sshfs lxcfs': these
	@$(suites)/guard/suite $(KERNEL)

test-engines: stage-engines ## stores in podman, Docker, containerd, LXC and others, on KERNEL; ENGINES='podman cri': in these
	@$(suites)/engines/suite $(KERNEL) $(ENGINES)

# Of those the few that "make test" has.
run-engines:
	@$(suites)/engines/suite --short $(KERNEL)

test-debug: ## run the C and Java tests on a kernel that looks for mistakes; CROWD=120000: a longer crowd
	@$(suites)/module/test-debug

test-debug-c: deps tests
	@rm -rf build/debug/stage build/debug/results && mkdir -p build/debug/stage
	@cp -a build/tests build/fuzz vm-tests/lib/tap.sh build/debug/stage
	@cp $(suites)/module/guest/tests-debug build/debug/stage/guest-tests
	@$(vm) run -k debug -t $(DEBUG_TIME) -s build/debug/stage -o build/debug/results -- \
		env FDSTOREFS_OPS=20000 CROWD=$(CROWD) bash /stage/guest-tests

test-debug-java: stage
	@rm -rf build/debug/java
	@$(vm) run -k debug -t $(DEBUG_TIME) -m 3072 -s $(stage) -o build/debug/java -- bash /stage/tests-debug --java

test-install: tarball ## the Debian packages in Debians that boot with systemd; SYSTEMS=debian-12: in one
	@$(suites)/install/suite $(SYSTEMS)

soak: stage ## kill 2,200 FUSE servers under real programs; takes an hour or more
	@$(suites)/soak/suite $(KERNELS)

fuzz: deps tests ## compare SECONDS=600 of random operations with a model, on KERNEL; SEED=N: the same ones again
	@seed=$(SEED); [ $$seed != random ] || seed=$$(od -An -N4 -tu4 /dev/urandom | tr -d ' '); \
	echo "== fuzzing on kernel $(KERNEL), seed $$seed"; \
	rm -rf build/$(KERNEL)/fuzz; \
	$(vm) run -k $(KERNEL) -t $$(($(SECONDS) * 2 + 600)) -s build/fuzz -o build/$(KERNEL)/fuzz -- \
		/stage/fuzz --seed $$seed --seconds $(SECONDS) --script /out/script

stress: deps ## run stress-ng's workers on stores, 3 seconds each, on KERNEL; WORKERS='dentry link+rename': only these
	@rm -rf build/$(KERNEL)/stress build/stress && mkdir -p build/stress/stress
	@cp $(suites)/stress/guest/run vm-tests/lib/tap.sh build/stress/stress
	@package=$$($(suites)/stress/package) && \
	$(vm) run -k $(KERNEL) -t $(TIME) -s $$package -s build/stress -o build/$(KERNEL)/stress -- \
		bash /stage/stress/run /out/tap 3 $(WORKERS)

coverage: deps tests ## report which lines of the module its C tests reach, on the debug kernel; build/coverage.txt
	@$(suites)/module/coverage $(DEBUG_TIME)

upstream: deps ## write the series for the kernel's tree to build/upstream, for TREE=DIR or the newest kernel; CHECK=boot: and try it
	@vm-tests/suites/upstream/suite "$(CHECK)" $(TREE)

build-matrix: deps ## compile the module for every kernel that Debian has headers of; SUITES=sid: of some
	@vm-tests/host-only/matrix/run build/matrix.txt $(SUITES)

test-runner: deps tests ## test the virtual machines themselves; boots many
	@$(suites)/runner/run-test
	@$(suites)/runner/plant-test
	@$(suites)/runner/crowd-test

##@ Measure it

bench: jars ## measure what everything costs, beside other ways, on KERNELS: docs/performance.md; takes an hour
	@$(MAKE) --no-print-directory stage-bench S6=$$($(suites)/bench/s6-package)/s6
	@cp -a java/it/target/guest build/bench-stage/java
	@for kernel in $(KERNELS); do \
		$(suites)/bench/measure-kernel $$kernel $(ENTRIES) docs/performance/$$kernel.tsv || exit; \
	done
	@$(suites)/bench/report docs/performance

bench-check: deps stage-bench run-bench-check ## check that the verbs take as many instructions as before, within 3 %, on KERNEL

run-bench-check:
	@$(suites)/bench/check $(KERNEL)

# What it costs to start fdstore, beside a Java program that does nothing.
bench-cli: stage
	@$(vm) run -k $(KERNEL) -t $(TIME) -s $(stage) -- bash /stage/bench-cli $(RUNS)

# How long it takes until the next FUSE server answers: one that a supervisor starts, and one that stood by.
bench-takeover: stage
	@$(vm) run -k $(KERNEL) -t $(TIME) -s $(stage) -- bash /stage/soak/bench.sh $(RUNS)

# What a guard costs those who use the mount of a FUSE server, and what the mirrors cost beside such a server.
bench-guard: kinds := guarded
bench-fuse: kinds := c java
bench-guard bench-fuse: stage
	@$(vm) run -k $(KERNEL) -t $(TIME) -s $(stage) -m 3072 -- bash -c 'bash /stage/guard/bench $(RUNS) $$(mktemp -d) $(kinds)'

##@ Package it

dist: ## what is to be given away, in build/dist: fdstore, and the jars of the libraries
	@echo "== building build/dist"
	@rm -rf build/dist
	@$(mvn_warnings) package -DskipTests -Pdist -pl java/library,java/fuse,java/cli
	@packaging/tarball build/dist
	@packaging/jars build/dist

# That it is the same, byte by byte, when built in another place.
dist-check: dist
	@vm-tests/host-only/dist-test --rebuild

deb: tarball ## Debian packages, in build/deb: module (DKMS), fdstore, Java libraries, header
	@rm -rf build/deb
	@packaging/deb build/deb

image: jars ## the CSI driver as an OCI archive, in build/image; ARCH=arm64
	@packaging/image build/image $(ARCH)

# What follows is for the targets above, and for whoever wants only a part: see docs/testing.md.

java: deps
	@echo "== Java: building, and testing what needs no kernel module"
	@$(mvn) verify

jars: deps
	@echo "== building"
	@$(JARS)

# fdstore as a tarball, in build/dist.
tarball: jars
	@packaging/tarball build/dist >/dev/null

javadoc: deps
	@echo "== Java: documentation"
	@$(mvn_warnings) package -DskipTests -Pdist -pl java/library,java/fuse

# The module for KERNEL, in build/KERNEL.
module: deps
	@$(vm) module -k $(KERNEL)

# The server of docs/recipes/libfuse, and its test.
libfuse: deps
	@$(build) docs/recipes/libfuse O=$(CURDIR)/build/libfuse
	@$(build) $(suites)/libfuse O=$(CURDIR)/build/libfuse

# The C tests, the fuzzer, the scenarios and the soak.
tests: deps
	@$(build) kernel-module/tests O=$(CURDIR)/build/tests
	@$(build) kernel-module/tests/fuzz O=$(CURDIR)/build/fuzz
	@$(build) $(suites)/scenarios O=$(CURDIR)/build/scenarios
	@$(build) $(suites)/soak O=$(CURDIR)/build/soak

# The programs that the documentation shows. After jars, whose classes they use.
examples: deps
	@$(build) $(suites)/recipes O=$(CURDIR)/build/recipes
	@$(build) $(suites)/docs O=$(CURDIR)/build/docs

# FUSE servers of others, and how they are started.
guard: deps
	@$(build) $(suites)/guard O=$(CURDIR)/build/guard

# What a guest sees as /stage.
stage: tarball tests libfuse examples guard stage-bench
	@rm -rf $(stage) && mkdir -p $(stage)
	@cp -a build/tests build/fuzz build/scenarios build/libfuse build/recipes build/docs build/soak build/guard $(stage)
	@cp -a "$$($(suites)/stress/package)/stress" $(stage)
	@cp $(suites)/stress/guest/run vm-tests/lib/tap.sh $(stage)/stress
	@cp -a java/it/target/guest $(stage)/java
	@cp -a java/cli/target/dist/. $(stage)
	@cp -a java/csi/target/dist $(stage)/csi
	@cp -a java/csi/target/guest $(stage)/csi-tests
	@cp $(suites)/csi/guest/tests $(stage)/guest-csi
	@cp build/dist/fdstore-*.tar.gz $(stage)/java/fdstore.tar.gz
	@cp -a $(suites)/demo/guest $(stage)/demo
	@cp $(suites)/module/guest/tests $(stage)/guest-tests
	@cp $(suites)/module/guest/java $(stage)/guest-java
	@cp $(suites)/module/guest/tests-debug vm-tests/lib/tap.sh $(stage)
	@cp build/bench/cost build/bench/bench-cli build/bench/empty.jar $(stage)

stage-bench:
	@$(build) $(suites)/bench O=$(CURDIR)/build/bench S6=$(S6)
	@rm -rf build/bench-stage && mkdir -p build/bench-stage
	@cp -a build/bench build/bench-stage/bench

stage-engines: jars
	@$(build) $(suites)/engines O=$(CURDIR)/build/engines-stage/engines

stage-arm64: stage
	@KERNEL=6.12-arm64 $(vm) deps
	@$(build) $(suites)/arm64 O=$(CURDIR)/build/arm64 STAGE=$(CURDIR)/$(stage)

stage-selinux: tests
	@rm -rf $(stage)-selinux && mkdir -p $(stage)-selinux
	@cp -a build/tests kernel-module/selinux vm-tests/lib/tap.sh $(stage)-selinux
	@cp $(suites)/selinux/guest/fdst.cil $(stage)-selinux/selinux
	@cp $(suites)/selinux/guest/tests-selinux $(stage)-selinux/guest-tests

# What guests boot from.
images: deps
	@$(suites)/recipes/compiled >/dev/null
	@$(suites)/recipes/servers-image >/dev/null
	@$(suites)/guard/servers-image >/dev/null
	@$(suites)/engines/image >/dev/null
	@for kernel in $(KERNELS); do \
		$(vm) prepare -k $$kernel && $(vm) module -k $$kernel || exit; \
	done

deps:
	@$(vm) deps
