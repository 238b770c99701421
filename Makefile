# engraft.  `make help` lists what can be made; `make demo` is the place to start.
#
# Variables (command line or environment)
#   CONFIG=release|debug|asan   each has its own directory under build/ (fuzz: what `make fuzz` builds with clang)
#   REAL=float|double           precision of the step loop's pools
#   CC=gcc|clang                compiler behind mpicc (default: mpicc's own); keep two apart with BUILD=build/clang
#   WERROR=1                    warnings are errors (not in tests)
#   WIDTHS=avx2                 that vector width and plain alone (default: all of the compiler's machine): builds faster
#   SERIAL=1                    base, model and stats alone, without MPI, HDF5 and libyaml: for another machine's compiler
#                               (MPICC=aarch64-linux-gnu-gcc; tests/slow_neon.sh)
#   CFLAGS CPPFLAGS LDFLAGS LDLIBS are the user's: they come last and are never changed here
#   HDF5_CFLAGS HDF5_LIBS       an HDF5 with MPI that neither pkg-config nor h5pcc finds
#   MPIEXEC                     how tests and demo start ranks; PREFIX, DESTDIR: make install
#   JOBS=1                      so many tests at a time (default: three on two cores; tests/run_tests.sh)

.DELETE_ON_ERROR:
.SUFFIXES:
.DEFAULT_GOAL := all

CONFIG  ?= release
REAL    ?= float
BUILD   ?= build
PREFIX  ?= /usr/local
MPICC   ?= mpicc
MPIEXEC ?= mpirun --oversubscribe
AR      ?= ar
NPROC   := $(shell nproc 2>/dev/null || echo 2)
Q       := $(if $(V),,@)

# ---- configurations -------------------------------------------------------------------------------------------

CFLAGS.release := -O3 -DNDEBUG
CFLAGS.debug   := -O1 -g -DENG_DEBUG
CFLAGS.asan    := -O1 -g3 -DENG_DEBUG -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all
CFLAGS.fuzz    := -O1 -gline-tables-only -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all
ifeq ($(filter $(CONFIG),release debug asan fuzz),)
$(error CONFIG=$(CONFIG) is not one of release debug asan fuzz)
endif
CPPFLAGS.float  :=
CPPFLAGS.double := -DENG_REAL_DOUBLE
ifeq ($(filter $(REAL),float double),)
$(error REAL=$(REAL) is not one of float double)
endif
OUT := $(BUILD)/$(CONFIG)$(if $(filter double,$(REAL)),-double)
BIN := $(OUT)/engraft
LIB := $(OUT)/libengraft.a

ifneq ($(filter-out default undefined,$(origin CC)),)
export OMPI_CC := $(CC)
else ifeq ($(CONFIG),fuzz)
export OMPI_CC := clang
endif

# Same bits from every compiler and level: no contraction, and nothing of -ffast-math but what cannot change a value.
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wno-missing-field-initializers
BITS     := -ffp-contract=off -fno-math-errno -fno-trapping-math
CPPFLAGS_OURS := -Isrc -Iinclude -D_POSIX_C_SOURCE=200809L $(CPPFLAGS.$(REAL))
CFLAGS_OURS   := -std=c11 $(WARNINGS) $(if $(WERROR),-Werror) $(CFLAGS.$(CONFIG)) $(BITS)
# clang says of every loop that it leaves scalar that it does, which costs time and no bits (gcc does not know the word and is silent).
SCALAR_LOOPS := -Wno-pass-failed
# `omp simd` is read in the vector objects only; everywhere else it is an unknown pragma and meant to be.
NO_SIMD := -Wno-unknown-pragmas

# The step loop is compiled once for each vector width and the widest is picked at run time; all the rest is for any
# x86-64.  The plain build is the reference of the bit tests, so that no loop of it may become a vector loop.
LANES_avx512 := -DENG_WIDTH=avx512 -DENG_VECTOR -mavx512f -mavx512dq -mavx512bw -mavx512vl -mavx2 -mfma -mprefer-vector-width=512 -fopenmp-simd $(SCALAR_LOOPS)
LANES_avx2   := -DENG_WIDTH=avx2 -DENG_VECTOR -mavx2 -mfma -fopenmp-simd $(SCALAR_LOOPS)
LANES_neon   := -DENG_WIDTH=neon -DENG_VECTOR -fopenmp-simd $(SCALAR_LOOPS)
# The plain build of a module or a disease also has its tables, which do not depend on the width.
LANES_plain  := -DENG_WIDTH=plain -DENG_TABLES -fno-tree-vectorize -fno-tree-slp-vectorize $(NO_SIMD)
# The compiler says for which machine; before there is one (make demo installs it) this machine does.
MACHINE := $(firstword $(subst -, ,$(shell $(if $(OMPI_CC),OMPI_CC='$(OMPI_CC)') $(MPICC) -dumpmachine 2>/dev/null || uname -m)))
WIDTHS_x86_64  := avx512 avx2
WIDTHS_aarch64 := neon
KNOWN := $(WIDTHS_$(patsubst amd64,x86_64,$(patsubst arm64,aarch64,$(MACHINE))))
WIDTHS := $(KNOWN)
ifeq ($(CONFIG),fuzz)
# No file is read in the step loop: one width, without sanitizers, is enough and compiles in a third of the time.
WIDTHS :=
LANES_plain += -O0 -fno-sanitize=all
endif
ifneq ($(filter-out $(KNOWN) plain,$(WIDTHS)),)
$(error WIDTHS=$(WIDTHS): $(MACHINE) has $(KNOWN) plain)
endif
VECTORS := $(filter-out plain,$(WIDTHS))
CPPFLAGS_OURS += $(VECTORS:%=-DENG_HAS_%)

# Each width twice: lanes of one point, and lanes of several (_mixed); patients are drawn by the former alone.
LANES := $(VECTORS) plain $(VECTORS:=_mixed) plain_mixed
$(foreach w,$(VECTORS) plain,$(eval LANES_$(w)_mixed := $(filter-out -DENG_TABLES,$(patsubst -DENG_WIDTH=$(w),-DENG_WIDTH=$(w)_mixed,$(LANES_$(w)))) -DENG_MIXED))

# ---- libraries ------------------------------------------------------------------------------------------------
# Looked for at first use, not while this file is read: `make demo` may have to install them first.

once = $(eval $(1) := $(2))$($(1))
pc = $(shell pkg-config $(1) $(2) 2>/dev/null)

ifndef HDF5_CFLAGS
HDF5_PC      = $(call once,HDF5_PC,$(firstword $(foreach p,hdf5-openmpi hdf5-mpi hdf5,$(shell pkg-config --exists $(p) 2>/dev/null && echo $(p)))))
HDF5_CFLAGS  = $(call once,HDF5_CFLAGS,$(if $(HDF5_PC),$(call pc,--cflags,$(HDF5_PC)),$(filter -I% -D%,$(shell h5pcc -show 2>/dev/null))))
HDF5_LIBS    = $(call once,HDF5_LIBS,$(if $(HDF5_PC),$(call pc,--libs-only-L,$(HDF5_PC)) -lhdf5_hl -lhdf5,$(filter -L% -l%,$(shell h5pcc -shlib -show 2>/dev/null)) -lhdf5_hl -lhdf5))
endif
YAML_CFLAGS   = $(call once,YAML_CFLAGS,$(call pc,--cflags,yaml-0.1))
YAML_LIBS     = $(call once,YAML_LIBS,$(or $(call pc,--libs,yaml-0.1),-lyaml))
XXHASH_CFLAGS = $(call once,XXHASH_CFLAGS,$(call pc,--cflags,libxxhash))
XXHASH_LIBS   = $(call once,XXHASH_LIBS,$(or $(call pc,--libs,libxxhash),-lxxhash))
CUNIT_CFLAGS  = $(call once,CUNIT_CFLAGS,$(call pc,--cflags,cunit))
CUNIT_LIBS    = $(call once,CUNIT_LIBS,$(or $(call pc,--libs,cunit),-lcunit))
system = $(patsubst -I%,-isystem %,$(1))

# Only the store sees hdf5.h.
CPPFLAGS_ALL = $(CPPFLAGS_OURS) $(call system,$(YAML_CFLAGS) $(XXHASH_CFLAGS)) $(CPPFLAGS_LAYER) $(CPPFLAGS)
CFLAGS_ALL   = $(CFLAGS_OURS) $(CFLAGS_PART) $(CFLAGS)
LIBS_OURS    = $(HDF5_LIBS) $(YAML_LIBS) $(XXHASH_LIBS)
LIBS_ALL     = $(LIBS_OURS) $(LDLIBS)

VERSION  := $(shell sed -n 's/^.define ENG_VERSION "\(.*\)"/\1/p' include/engraft/version.h)
REVISION := $(or $(if $(wildcard .git),$(shell git describe --always --dirty 2>/dev/null)),unknown)

# ---- sources and what is built from them ----------------------------------------------------------------------

LANE_SRC := $(wildcard src/*/lanes/*.c)
CLI_SRC  := $(wildcard src/cli/*.c)
LIB_SRC  := $(filter-out $(CLI_SRC),$(wildcard src/*/*.c))
PROBE    := $(OUT)/probe
ifdef SERIAL
LIB_SRC      := $(filter-out src/base/yaml.c,$(wildcard src/base/*.c src/model/*.c src/stats/*.c))
PROBE        :=
LIBS_OURS    :=
HDF5_CFLAGS  :=
CUNIT_CFLAGS := -Itests/without_cunit
CUNIT_LIBS   :=
endif
# Lanes of several points need the loops of courses alone; diseases read rows only and serve both.
LANE_SRC_mixed := $(filter-out %/patient.c %/network.c $(wildcard src/model/lanes/disease_*.c),$(filter src/model/%,$(LANE_SRC)))
lane_sources = $(if $(findstring _mixed,$(1)),$(LANE_SRC_mixed),$(LANE_SRC))
LIB_OBJ  := $(LIB_SRC:src/%.c=$(OUT)/%.o) \
	$(foreach w,$(LANES),$(patsubst %.c,$(OUT)/lanes-$(w)/%.o,$(notdir $(call lane_sources,$(w)))))
CLI_OBJ  := $(CLI_SRC:src/%.c=$(OUT)/%.o) $(OUT)/cli/examples.o
EXAMPLES := $(sort $(wildcard jobs/studies/*.yaml))

programs = $(patsubst tests/%.c,$(OUT)/tests/%,$(wildcard tests/$(1)_*.c))
scripts  = $(wildcard tests/$(1)_*.sh tests/$(1)_*.py)
UNIT_BIN  := $(call programs,test)
MPI_BIN   := $(call programs,mpi)
FAULT_BIN := $(call programs,fault)
STAT_BIN  := $(call programs,stat)
SLOW_BIN  := $(call programs,slow)
BENCH_BIN := $(call programs,bench)
TOOL_BIN  := $(OUT)/tests/rng_stream $(OUT)/tests/model_bits $(call programs,simulate)
FUZZ_BIN  := $(call programs,fuzz)
TEST_BIN  := $(UNIT_BIN) $(MPI_BIN) $(FAULT_BIN) $(STAT_BIN) $(SLOW_BIN)
TESTLIB   := $(OUT)/tests/testlib.o
# Diseases that only tests have: compiled as those of src, linked into these programs and into a command of their own.
MORE_SRC  := $(wildcard tests/diseases/disease_*.c)
MORE_OBJ  := $(OUT)/tests/diseases/more.o $(foreach w,$(VECTORS) plain,$(MORE_SRC:tests/diseases/%.c=$(OUT)/tests/diseases/lanes-$(w)/%.o))
MORE_BIN  := $(filter $(OUT)/tests/test_contract% $(OUT)/tests/slow_contract%,$(UNIT_BIN) $(SLOW_BIN)) $(addprefix $(OUT)/tests/,test_tables model_bits)
MORE_CLI  := $(if $(SERIAL),,$(OUT)/tests/engraft_more)

LINT  := $(wildcard tests/lint*.sh)
UNIT  := $(UNIT_BIN) $(call scripts,test)
MPI   := $(MPI_BIN) $(call scripts,mpi)
FAULT := $(FAULT_BIN) $(call scripts,fault)
STAT  := $(STAT_BIN) $(call scripts,stat)
SLOW  := $(SLOW_BIN) $(call scripts,slow)
.SECONDARY: $(TESTLIB) $(MORE_OBJ) $(TEST_BIN:=.o) $(BENCH_BIN:=.o) $(TOOL_BIN:=.o) $(FUZZ_BIN:=.o)

comma := ,

# Rebuild when compiler, flags, libraries or the list of sources change; the revision concerns one file only.
STAMP = $(MPICC) $(OMPI_CC) | $(CPPFLAGS_OURS) $(CPPFLAGS) | $(CFLAGS_OURS) $(CFLAGS) | $(foreach w,$(LANES),$(LANES_$(w))) | \
	$(HDF5_CFLAGS) $(LDFLAGS) $(LIBS_ALL) | $(LIB_SRC) $(LANE_SRC) $(CLI_SRC)
quote = '$(subst ','\'',$(1))'
remember = @mkdir -p $(@D); printf '%s\n' $(call quote,$(1)) | cmp -s - $@ || printf '%s\n' $(call quote,$(1)) > $@

$(OUT)/flags: FORCE
	$(call remember,$(STAMP))
$(OUT)/revision: FORCE
	$(call remember,$(REVISION))

$(OUT)/probe: $(OUT)/flags
	@printf '#include <mpi.h>\n#include <hdf5.h>\n#ifndef H5_HAVE_PARALLEL\n#error this HDF5 was built without MPI\n#endif\n' | \
	    $(MPICC) $(CPPFLAGS_ALL) $(HDF5_CFLAGS) -x c -fsyntax-only - 2>$@.log || \
	    { echo 'engraft needs $(MPICC) and an HDF5 built with MPI: make packages, or set HDF5_CFLAGS and HDF5_LIBS'; \
	      head -n 3 $@.log; exit 1; } >&2
	@touch $@

$(OUT)/store/%.o: CPPFLAGS_LAYER = $(call system,$(HDF5_CFLAGS))
$(OUT)/store/provenance.o: $(OUT)/revision
$(OUT)/store/provenance.o: CFLAGS_PART = $(NO_SIMD) -DENG_REVISION='"$(REVISION)"' -DENG_BUILD_FLAGS='"$(strip $(subst ",,$(subst ',,$(subst \,,$(CFLAGS_OURS) $(CFLAGS)))))"'

define compile
	@mkdir -p $(@D)
	$(if $(V),,@echo '  cc    $(@:$(OUT)/%=%)')
	$(Q)$(MPICC) $(CPPFLAGS_ALL) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<
endef
define lanes_rule
$(OUT)/lanes-$(1)/%.o: CFLAGS_PART = $(LANES_$(1))
$(OUT)/lanes-$(1)/%.o: src/model/lanes/%.c $(OUT)/flags | $(PROBE)
	$$(compile)
$(OUT)/lanes-$(1)/%.o: src/stats/lanes/%.c $(OUT)/flags | $(PROBE)
	$$(compile)
$(OUT)/tests/diseases/lanes-$(1)/%.o: CFLAGS_PART = $(LANES_$(1))
$(OUT)/tests/diseases/lanes-$(1)/%.o: tests/diseases/%.c $(OUT)/flags | $(PROBE)
	$$(compile)
endef
$(foreach w,$(LANES),$(eval $(call lanes_rule,$(w))))

$(OUT)/%.o: CFLAGS_PART = $(NO_SIMD)
$(OUT)/%.o: src/%.c $(OUT)/flags | $(PROBE)
	$(compile)

# Studies that `engraft new` writes out are part of the command, which may be installed anywhere.
$(OUT)/examples: FORCE
	$(call remember,$(EXAMPLES))
$(OUT)/cli/examples.c: $(EXAMPLES) $(OUT)/examples
	@mkdir -p $(@D)
	$(Q){ printf '#include "cli/examples.h"\n'; \
	    for f in $(EXAMPLES); do \
	        printf 'static const unsigned char text_of_%s[] = {\n' "$$(basename $$f .yaml | tr -c 'a-zA-Z0-9\n' _)"; \
	        od -An -v -tu1 $$f | sed 's/  *\([0-9]\)/\1/; s/  */,/g; s/$$/,/'; printf '0 };\n'; \
	    done; \
	    printf 'const eng_example_t eng_examples[] = {\n'; \
	    for f in $(EXAMPLES); do n=$$(basename $$f .yaml); v=text_of_$$(echo $$n | tr -c 'a-zA-Z0-9\n' _); \
	        printf '{ "%s", (const char *)%s, sizeof(%s) - 1 },\n' $$n $$v $$v; done; \
	    printf '{ NULL, NULL, 0 } };\n'; } > $@
$(OUT)/cli/examples.o: $(OUT)/cli/examples.c $(OUT)/flags
	$(compile)

# A fresh archive in which equal names of different directories live side by side.
$(LIB): $(LIB_OBJ) $(OUT)/flags
	$(Q)rm -f $@ && $(AR) qcs $@ $(LIB_OBJ)
$(BIN): $(CLI_OBJ) $(LIB)
	$(Q)$(MPICC) $(CFLAGS_ALL) $(LDFLAGS) -o $@ $(CLI_OBJ) $(LIB) $(LIBS_ALL)

# Tests may use libm as an oracle; engraft is linked without it.  Fault programs put themselves in front of malloc.
$(OUT)/tests/%.o: CFLAGS_PART = $(NO_SIMD) -Wno-error
$(OUT)/tests/%.o: CPPFLAGS_LAYER = -Itests $(call system,$(HDF5_CFLAGS) $(CUNIT_CFLAGS))
$(OUT)/tests/%.o: tests/%.c $(OUT)/flags | $(PROBE)
	$(compile)
$(FAULT_BIN): LDFLAGS_TEST := -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=free
$(OUT)/tests/test_work: LDFLAGS_TEST := -Wl,--wrap=eng_params_nominal
$(OUT)/tests/bench_commits: LDFLAGS_TEST := -Wl,--wrap=eng_journal_append,--wrap=eng_journal_sync
$(UNIT_BIN) $(SLOW_BIN): | $(OUT)/tests/rng_stream
$(UNIT_BIN) $(MPI_BIN) $(SLOW_BIN): | $(MORE_CLI)
$(MORE_BIN): $(MORE_OBJ)
$(TEST_BIN) $(BENCH_BIN) $(TOOL_BIN): %: %.o $(TESTLIB) $(LIB)
	$(Q)$(MPICC) $(CFLAGS_ALL) $(LDFLAGS_TEST) $(LDFLAGS) -o $@ $< $(filter $(MORE_OBJ),$^) $(TESTLIB) $(LIB) $(LIBS_ALL) $(CUNIT_LIBS) -lm
$(OUT)/tests/engraft_more: $(CLI_OBJ) $(MORE_OBJ) $(LIB)
	$(Q)$(MPICC) $(CFLAGS_ALL) $(LDFLAGS) -o $@ $(CLI_OBJ) $(MORE_OBJ) $(LIB) $(LIBS_ALL)

# libFuzzer brings main; that of the command is a function among others then.  __wrap_*: where a command's work would begin.
FUZZLIB := $(OUT)/tests/fuzzlib.o $(OUT)/tests/cli_main.o
$(OUT)/tests/cli_main.o: CFLAGS_PART = $(NO_SIMD) -Dmain=eng_cli_main -Wno-missing-prototypes
$(OUT)/tests/cli_main.o: src/cli/main.c $(OUT)/flags | $(PROBE)
	$(compile)
$(OUT)/tests/fuzz_cli: LDFLAGS_TEST := $(addprefix -Wl$(comma)--wrap=,MPI_Init MPI_Finalize MPI_Comm_rank MPI_Comm_size \
	eng_launch_prepare eng_run_create eng_merge eng_pilot_run eng_work_run_all)
$(FUZZ_BIN): %: %.o $(FUZZLIB) $(TESTLIB) $(CLI_OBJ) $(LIB)
	$(Q)$(MPICC) $(CFLAGS_ALL) -fsanitize=fuzzer $(LDFLAGS_TEST) $(LDFLAGS) -o $@ $< $(FUZZLIB) $(TESTLIB) \
	    $(filter-out %/main.o,$(CLI_OBJ)) $(LIB) $(LIBS_ALL) $(CUNIT_LIBS) -lm

-include $(MORE_OBJ:.o=.d) $(FUZZ_BIN:=.d) $(FUZZLIB:.o=.d) $(LIB_OBJ:.o=.d) $(CLI_OBJ:.o=.d) $(TEST_BIN:=.d) $(BENCH_BIN:=.d) $(TOOL_BIN:=.d) $(TESTLIB:.o=.d)

# ---- what people type -----------------------------------------------------------------------------------------
# Each first sees to the packages, then builds in parallel (unless -j was given), then does its work.

build = +@$(MAKE) --no-print-directory $(if $(V),,-s) $(if $(findstring -j,$(MAKEFLAGS)),,-j$(NPROC)) -Otarget
export CONFIG REAL BUILD MPIEXEC PYTHON
RUN = . jobs/env.sh && OUT='$(OUT)' MPICC='$(MPICC)' tests/run_tests.sh

.PHONY: help all coverage packages demo test test-unit test-mpi test-fault test-kill fuzz fuzz-programs test-stat test-slow test-cluster test-roots test-everything check-all \
	bench bench-model validate knockout rng-stream step-error simulate-scale lint install parameters clean FORCE
FORCE:

help:  ## this list
	@grep -hE '^[a-z-]+:.*## ' $(firstword $(MAKEFILE_LIST)) | awk -F ':.*## ' '{ printf "  %-12s %s\n", $$1, $$2 }'
	@echo '  Variables: CONFIG=release|debug|asan REAL=float|double CC=gcc|clang WERROR=1 JOBS=1 V=1 PREFIX= DESTDIR='
	@echo '  of rng-stream: STREAMS=64 DRAWS=1 WALK=day|tick|ten_days|draw STEPS=0 VARY=patient|channel|point|variant|seed FIRST=0'

all:  ## build/release/engraft and libengraft.a
	@jobs/setup --check build
	$(build) $(BIN)

demo:  ## installs what is missing, builds, runs a study on all cores, writes demo/report.html
	@jobs/setup --install demo
	$(build) $(BIN)
	@ENGRAFT='$(BIN)' jobs/demo

test:  ## lint, unit, MPI and quick fault tests (minutes); installs what is missing
	@jobs/setup --install test
	$(build) $(BIN) $(UNIT_BIN) $(MPI_BIN) $(FAULT_BIN)
	@$(RUN) $(LINT) $(UNIT) $(MPI) $(FAULT)

test-unit:  ## one process, seconds
	@jobs/setup --check test
	$(build) $(BIN) $(UNIT_BIN)
	@$(RUN) $(UNIT)

test-mpi:  ## the same answer from any number of ranks
	@jobs/setup --check test
	$(build) $(BIN) $(MPI_BIN)
	@$(RUN) $(MPI)

test-fault:  ## failures, signals, damaged files
	@jobs/setup --check test
	$(build) $(BIN) $(FAULT_BIN)
	@$(RUN) $(FAULT)

test-kill:  ## N=200 kills at random moments, each resumed on 1 to 5 ranks (20 of them are in test-fault); SEED=, CASE=7 or 100-149
	@jobs/setup --check test
	$(build) $(BIN)
	@export KILLS=$(or $(N),200) $(if $(SEED),KILL_SEED=$(SEED)) $(if $(CASE),KILL_CASE=$(CASE)) TEST_LIMIT=7200; $(RUN) tests/fault_kill.py

fuzz:  ## TARGET=journal SECONDS=60 (or RUNS=1000000) SEED=0: hostile files and arguments under clang's sanitizers; all targets if none is named
	@jobs/setup --check test
	@command -v clang >/dev/null || { echo 'make fuzz needs clang with libFuzzer (Debian: clang, libclang-rt-dev)'; exit 1; } >&2
	$(build) CONFIG=fuzz CC=clang fuzz-programs
	@OUT='$(BUILD)/fuzz' FUZZ_SECONDS='$(SECONDS)' RUNS='$(RUNS)' SEED='$(SEED)' tests/run_fuzz.sh $(TARGET)

fuzz-programs: $(BIN) $(FUZZ_BIN)

test-stat:  ## the numbers are those of the model: against exact laws and oracles (long)
	@jobs/setup --check test
	$(build) $(BIN) $(STAT_BIN)
	@export TEST_LIMIT=3600; $(RUN) $(STAT)

test-slow:  ## everything else that is long
	@jobs/setup --check test
	$(build) $(BIN) $(SLOW_BIN)
	@export TEST_LIMIT=3600; $(RUN) $(SLOW)

coverage:  ## of 2,000 repetitions of each kind of interval, as a Markdown table (docs/STATISTICS.md; minutes)
	@jobs/setup --check test
	$(build) $(OUT)/tests/slow_coverage
	@COVERAGE=table $(OUT)/tests/slow_coverage | grep -o '|.*|$$'

test-cluster:  ## job scripts on a Slurm of two nodes, started here for it (root, a quarter of an hour); installs it
	@jobs/setup --install test
	@jobs/setup --install cluster || true
	$(build) $(BIN)
	@OUT='$(OUT)' MPICC='$(MPICC)' tests/cluster/run.sh

test-roots:  ## SUITES="bookworm trixie": demo and tests in throw-away roots of Debian 12 and 13 (root, network, most of an hour); tests/roots/run.sh
	@jobs/setup --install roots || true
	@tests/roots/run.sh $(SUITES)

test-everything:
	@jobs/setup --install test
	$(build) $(BIN) $(TEST_BIN)
	@export TEST_LIMIT=7200; $(RUN) $(LINT) $(UNIT) $(MPI) $(FAULT) $(STAT) $(SLOW)

check-all:  ## every test, under CONFIG=release and CONFIG=asan
	@mkdir -p $(BUILD); rm -f $(BUILD)/counts
	+@bad=0; for config in release asan; do \
	    TEST_COUNTS=$(BUILD)/counts $(MAKE) --no-print-directory CONFIG=$$config test-everything || bad=1; done; \
	    awk '{ p += $$1; f += $$3; s += $$5 } END { printf "%d passed, %d failed, %d skipped\n", p, f, s }' $(BUILD)/counts; \
	    exit $$bad

bench-model:  ## speed of a reaction network, GRAFT24: courses per second and core
	@jobs/setup --check build
	$(build) $(OUT)/tests/bench_model
	@. jobs/env.sh; $(OUT)/tests/bench_model

bench:  ## speed on this machine: one table and a line of CSV to keep; never a verdict (SCALE=250 RANKS=2,16: 1e5 points)
	@jobs/setup --check build
	$(build) $(BIN) $(BENCH_BIN)
	@. jobs/env.sh; ENGRAFT='$(BIN)' REVISION='$(REVISION)' $(if $(SCALE),SCALE='$(SCALE)') $(if $(RANKS),RANKS='$(RANKS)') "$$(jobs/setup --python || echo python3)" tests/bench_table.py

validate:  ## the studies of trials against published figures, into docs/VALIDATION.md; TRIALS='ra-*': those alone, printed
	@jobs/setup --check test
	$(build) $(BIN)
	@. jobs/env.sh; "$$(jobs/setup --python || echo python3)" analysis/validate --engraft '$(BIN)' --results '$(BUILD)/validation' --ranks 2 \
	    $(if $(TRIALS),--trials '$(TRIALS)',--write docs/VALIDATION.md >/dev/null && echo 'docs/VALIDATION.md')

knockout:  ## mechanisms taken out one at a time, and what hangs on them, into docs/VALIDATION.md
	@jobs/setup --check test
	$(build) $(BIN)
	@. jobs/env.sh; "$$(jobs/setup --python || echo python3)" analysis/knockout --engraft '$(BIN)' --results '$(BUILD)/knockout' --ranks 2 \
	    --write docs/VALIDATION.md >/dev/null && echo 'docs/VALIDATION.md'

step-error:  ## every outcome against a grid four times finer, as a Markdown table (docs/NUMERICS.md)
	@jobs/setup --check test
	$(build) $(OUT)/tests/slow_refine
	@SOURCE='$(CURDIR)' STEP_ERROR=table $(OUT)/tests/slow_refine

# Nothing but words may reach stdout: the build speaks to stderr.
rng-stream:  ## random words on stdout until the reader closes: make rng-stream | RNG_test stdin64 (docs/RANDOMNESS.md)
	@jobs/setup --check build >&2
	$(build) $(OUT)/tests/rng_stream >&2
	@$(OUT)/tests/rng_stream streams=$(or $(STREAMS),64) draws=$(or $(DRAWS),1) walk=$(or $(WALK),day) steps=$(or $(STEPS),0) \
	    vary=$(or $(VARY),patient) first=$(or $(FIRST),0) scheme=$(or $(SCHEME),engraft)

simulate-scale:  ## hand-out, commits and the final write on up to 100,000 simulated ranks
	@jobs/setup --check build
	$(build) $(OUT)/tests/simulate_scale
	@$(OUT)/tests/simulate_scale && $(OUT)/tests/simulate_scale -a 40e-6 1000 10000 100000

lint:  ## the architecture as a test: layers, symbols, headers, sizes
	@jobs/setup --check build
	$(build) $(BIN)
	@$(RUN) $(LINT)

install:  ## command, library, headers and engraft.pc under DESTDIR/PREFIX
	@jobs/setup --check build
	$(build) $(BIN)
	@install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/pkgconfig $(DESTDIR)$(PREFIX)/include/engraft \
	    $(DESTDIR)$(PREFIX)/share/engraft/studies $(DESTDIR)$(PREFIX)/share/engraft/jobs
	@install -m 755 $(BIN) $(DESTDIR)$(PREFIX)/bin/
	@install -m 644 $(LIB) $(DESTDIR)$(PREFIX)/lib/
	@install -m 644 include/engraft/*.h $(DESTDIR)$(PREFIX)/include/engraft/
	@install -m 644 jobs/studies/*.yaml $(DESTDIR)$(PREFIX)/share/engraft/studies/
	@install -m 644 jobs/batch.sh jobs/env.sh jobs/*.sbatch jobs/engraft.pbs $(DESTDIR)$(PREFIX)/share/engraft/jobs/
	@install -m 755 jobs/submit jobs/run jobs/scaling_figure $(DESTDIR)$(PREFIX)/share/engraft/jobs/
	@sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@VERSION@|$(VERSION)|' -e 's|@LIBS@|$(strip $(LIBS_OURS))|' engraft.pc.in \
	    > $(DESTDIR)$(PREFIX)/lib/pkgconfig/engraft.pc

parameters:  ## docs/PARAMETERS.md from the tables of the model: after a change to them
	@jobs/setup --check build
	$(build) $(BIN)
	@$(BIN) list page > docs/PARAMETERS.md

packages:  ## installs what building, demo and tests need, or names it
	@jobs/setup --install test

clean:  ## removes build/ (results stay)
	@rm -rf $(BUILD)
