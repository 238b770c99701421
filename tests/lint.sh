#!/bin/bash
# The architecture as a test: `make lint`.  One rule a function; a rule prints what breaks it and fails.
# Sources are read as text, the built library with nm and objdump.
set -u
export LC_ALL=C
cd "${SOURCE:-$(dirname "$0")/..}" || exit 70
OUT=${OUT:-build/release}
CONFIG=${CONFIG:-release}
LIB=$OUT/libengraft.a
shopt -s nullglob

# Layer: the layers that it may include.
declare -A MAY=(
    [base]="base"
    [model]="base model"
    [design]="base design"
    [stats]="base stats"
    [study]="base model design stats study"
    [store]="base model design stats study store"
    [engine]="base model design stats study store engine"
    [cli]="base model design stats study store engine cli"
)

sources() { find src include tests -name '*.[ch]' | sort; }

# lines FILES...: the #include lines as "file:line:<target>" or "file:line:"target"".
includes() { grep -nHoE '^[[:space:]]*#[[:space:]]*include[[:space:]]*[<"][^>"]+[>"]' "$@" | sed -E 's/#?[[:space:]]*#[[:space:]]*include[[:space:]]*//'; }

rule_layers() {
    local file line what layer from bad=0
    while IFS=: read -r file line what; do
        from=${file#src/}
        from=${from%%/*}
        what=${what//\"/}
        layer=${what%%/*}
        if [ ! -f "src/$what" ]; then
            echo "$file:$line: \"$what\" is not a path from src/"
            bad=1
        elif [[ " ${MAY[$from]:-} " != *" $layer "* ]]; then
            echo "$file:$line: layer $from may not include $layer/ (may: ${MAY[$from]:-nothing, it is not a known layer})"
            bad=1
        fi
    done < <(includes $(find src -name '*.[ch]' | sort) | grep '"')
    return $bad
}

rule_public_headers_stand_alone() {
    ! includes include/engraft/*.h | grep '"'
}

rule_mpi_in_its_layers() {
    ! includes $(find src include -name '*.[ch]' | grep -vE '^(src/(engine|store)/|src/cli/main\.c$|include/engraft/run\.h$)') |
        grep -E '<mpi\.h>' &&
    ! includes $(find src -name '*.[ch]' | grep -vE '^src/(engine|store|cli)/') | grep -E '<engraft/(run|engraft)\.h>'
}

rule_hdf5_in_store() {
    ! includes $(find src include -name '*.[ch]' | grep -v '^src/store/') | grep -E '<(hdf5|hdf5_hl|H5[A-Za-z]*)\.h>'
}

rule_exported_symbols_begin_eng() {
    ! nm -A -g --defined-only "$LIB" "$OUT"/cli/*.o |
        awk 'NF >= 3 && $NF !~ /^(eng_|__odr_asan|__asan|__ubsan|_ZTS)/ && !($NF == "main" && $1 ~ /cli\/main\.o/)' | grep .
}

# One that is there twice is, as a rule, of src/model/lanes and lacks the width: LANE_FUNCTION (lanes.h) was forgotten.
rule_symbols_are_defined_once() {
    nm -g --defined-only "$LIB" | awk 'NF == 3 && $2 != "W" && $3 !~ /^(__odr_asan|__asan|__ubsan|_ZTS)/ { print $3 }' >"$scratch/defined"
    [ "$(grep -c '_plain_mixed$' "$scratch/defined")" -gt 20 ] || { echo "the library's symbols were not read"; return 1; }
    ! sort "$scratch/defined" | uniq -d | sed 's/$/: more than once in the library; in src\/model\/lanes it is declared by LANE_FUNCTION/' | grep .
}

# Objects that can be written to.  Allowed: the level and rank of the log, the stop flag; thread-local ones are elsewhere.
rule_no_mutable_globals() {
    [ "$CONFIG" != asan ] || return 0 # the sanitizers add their own
    ! objdump -t "$LIB" | awk '
        /:[[:space:]]*file format/ { sub(/:.*/, ""); object = $0 }
        / O (\.data|\.bss|\.data\.[a-z.]*|\.bss\.[a-z.]*|\*COM\*)[[:space:]]/ && !/\.data\.rel\.ro/ {
            if (object == "log.o" || object == "signals.o") next
            print object ": " $NF
        }' | grep .
}

# sqrt is an instruction; every other function of libm differs between machines.
rule_no_libm() {
    local libm
    libm=$(${CC:-gcc} -print-file-name=libm.so.6)
    [ -e "$libm" ] || { echo "libm was not found"; return 1; }
    nm -D --defined-only "$libm" | awk 'NF >= 3 { sub(/@.*/, "", $3); print $3 }' | sort -u >"$scratch/libm"
    [ "$(wc -l <"$scratch/libm")" -gt 100 ] || { echo "libm's symbols were not read"; return 1; }
    ! nm -A -u "$LIB" | awk -v libm="$scratch/libm" '
        BEGIN { while ((getline name < libm) > 0) math[name] = 1 }
        $NF in math || $NF ~ /^_ZGV/ { print $1, $NF }' | grep .
}

rule_no_exit_or_printing_below_cli() {
    ! nm -A -u "$LIB" | awk '$NF ~ /^(exit|abort|quick_exit|printf|__printf_chk|puts|putchar|vprintf|perror|stdout)$/ { print $1, $NF }' |
        grep .
}

# Vector registers wider than the baseline's and fma belong to the objects that are picked at run time.
rule_instructions_of_the_baseline() {
    [ "$(uname -m)" = x86_64 ] || return 0
    local bad=0 file
    for file in $(find "$OUT" -name '*.o' -not -path '*/tests/*' -not -path '*/lanes-avx*'); do
        if objdump -d --no-show-raw-insn "$file" | grep -m 1 -E '%[yz]mm|vfn?m(add|sub)' >"$scratch/insn"; then
            echo "$file: $(tr -s '[:space:]' ' ' <"$scratch/insn")"
            bad=1
        fi
    done
    for file in "$OUT"/lanes-avx2/*.o; do
        if objdump -d --no-show-raw-insn "$file" | grep -m 1 -E '%zmm|%k[1-7]' >"$scratch/insn"; then
            echo "$file: $(tr -s '[:space:]' ' ' <"$scratch/insn")"
            bad=1
        fi
    done
    return $bad
}

rule_public_headers_compile_as_c() {
    local header bad=0
    for header in include/engraft/*.h; do
        printf '#include <engraft/%s>\nextern int eng_here;\n' "${header##*/}" |
            ${MPICC:-mpicc} -std=c11 -Wall -Wextra -Wpedantic -Werror -Wno-unused-command-line-argument -Iinclude \
                -x c -fsyntax-only - || bad=1
    done
    return $bad
}

rule_public_headers_compile_as_cxx() {
    local header bad=0
    command -v g++ >/dev/null || { echo "SKIPPED public headers as C++: no g++"; return 77; }
    for header in include/engraft/*.h; do
        # shellcheck disable=SC2046 # flags
        echo "#include <engraft/${header##*/}>" | g++ -std=c++11 -Wall -Wextra -Werror -DOMPI_SKIP_MPICXX -Iinclude \
            $(${MPICC:-mpicc} --showme:compile | sed 's/-I/-isystem /g') -x c++ -fsyntax-only - || bad=1
    done
    return $bad
}

# Files of src/model/lanes whose numbers are mathematics or a table, and why.  Everywhere else a number is a row: of param_list.h, or of a
# module's, a disease's or a verb's table under ENG_TABLES.
declare -A NUMBERS_ALLOWED=(
    [numerics.h]="guards, limits and units of the method"
    [lanes.h]="formulas of the step"
    [real_math.h]="coefficients of elementary functions"
    [normal_rows.h]="coefficients of the normal quantile"
    [sample_rows.h]="coefficients of the Poisson quantile"
    [small_counts.h]="sums of small counts"
    [clone_law.h]="Cornish-Fisher expansion"
    [fma.h]="splitting of a double"
    [drug_rows.h]="a table"
)

# numbers FILE: literals of its code other than 0, 1/2, 1 and 2: with a point or an exponent anywhere, and whole ones in a .c file unless
# they shift a word or define the end point or word that the line names.
numbers() {
    awk -v whole="$([[ $1 == *.c ]] && echo 1)" '
        function code(line,    at, out) { # the line without comments and texts
            out = ""
            while (line != "") {
                if (inside) {
                    at = index(line, "*/")
                    if (at == 0) return out
                    line = substr(line, at + 2); inside = 0
                } else if (match(line, /\/\*|"([^"\\]|\\.)*"/)) {
                    out = out substr(line, 1, RSTART - 1) " "
                    inside = substr(line, RSTART, 2) == "/*"
                    line = substr(line, RSTART + (inside ? 2 : RLENGTH))
                } else {
                    return out line
                }
            }
            return out
        }
        {
            text = code($0)
            if (text ~ /^[ \t]*#[ \t]*if/) { depth++; if (!tables && text ~ /ifdef[ \t]+ENG_TABLES/) tables = depth }
            if (text ~ /^[ \t]*#[ \t]*(else|elif)/ && tables == depth) tables = 0
            if (text ~ /^[ \t]*#[ \t]*endif/) { if (tables == depth) tables = 0; depth-- }
            if (tables) next
            named = text ~ /^[ \t]*#[ \t]*define|^[ \t]*enum[ \t]*[{]/
            gsub(/(>>|<<)[ \t]*[0-9]+/, " ", text)
            gsub(/0[xX][0-9a-fA-F.]+([pP][-+]?[0-9]+)?[fFuUlL]*/, " ", text)
            while (match(text, /[A-Za-z_0-9.]+([eE][-+][0-9]+)?[fFuUlL]*/)) {
                word = substr(text, RSTART, RLENGTH)
                text = substr(text, RSTART + RLENGTH)
                if (word !~ /^\.?[0-9]/) continue
                real = word ~ /[.eE]/
                if (!real && (!whole || named)) continue
                if (word + 0 == 0 || word + 0 == 0.5 || word + 0 == 1 || word + 0 == 2) continue
                print FILENAME ":" FNR ": " word
            }
        }' "$1"
}

rule_biology_is_rows() {
    local file
    for file in src/model/lanes/*.[ch]; do
        [ -n "${NUMBERS_ALLOWED[${file##*/}]:-}" ] || numbers "$file"
    done >"$scratch/numbers"
    sed 's/$/ is no row: a constant of biology stands in a table with unit, bounds, prior and source/' "$scratch/numbers"
    [ ! -s "$scratch/numbers" ]
}

rule_file_length() {
    sources | xargs wc -l | awk '$2 == "total" { next }
        { limit = $2 ~ /^src\/model\// ? 500 : 800 }
        $1 > limit { print $2 ": " $1 " lines, limit " limit; bad = 1 }
        $1 > 500 && $1 <= limit { print "WARNING " $2 ": " $1 " lines, better below 500" }
        END { exit bad }'
}

# A function begins with a brace in column one, or a line from column one that ends ") {", and ends with a brace in
# column one.  Tables end their first line with "= {" and are exempt.
rule_function_length() {
    find src tests -name '*.c' | sort | xargs awk '
        FNR == 1 { start = 0; previous = "" }
        start == 0 && /^\{/ && previous !~ /=[[:space:]]*$/ { start = FNR; name = previous }
        start == 0 && /^[A-Za-z_].*\)[[:space:]]*\{[[:space:]]*$/ && !/=/ { start = FNR; name = $0 }
        start && /^\}/ {
            lines = FNR - start + 1
            limit = FILENAME ~ /^src\/model\// ? 60 : 100
            if (lines > limit) { print FILENAME ":" start ": " lines " lines, limit " limit ": " name; bad = 1 }
            start = 0
        }
        NF { previous = $0 }
        END { exit bad }'
}

rule_no_unfinished_work() {
    local words='TO''DO|FIX''ME|XX''X'
    ! grep -rnwE "$words" --include='*' src include tests jobs analysis docs Makefile ./*.md 2>/dev/null | grep -v '^Binary'
}

rule_shell_scripts_parse() {
    local file bad=0
    for file in jobs/*; do
        case $(head -c 11 "$file" 2>/dev/null) in
        '#!/bin/bash') bash -n "$file" || bad=1 ;;
        '#!/bin/sh'* | '# '*) sh -n "$file" || bad=1 ;;
        esac
    done
    for file in tests/*.sh tests/cluster/*.sh .ci/run; do bash -n "$file" || bad=1; done
    return $bad
}

scratch=$(mktemp -d) || exit 70
trap 'rm -rf "$scratch"' EXIT
[ -f "$LIB" ] || { echo "$LIB is not built"; exit 1; }
passed=0 failed=0 skipped=0
for rule in $(compgen -A function rule_ | sort); do
    "$rule" >"$scratch/found" 2>&1
    case $? in
    0) passed=$((passed + 1)); grep '^WARNING ' "$scratch/found" ;;
    77) skipped=$((skipped + 1)); cat "$scratch/found" ;;
    *) failed=$((failed + 1)); echo "${rule#rule_}:" | tr _ ' '; sed 's/^/    /' "$scratch/found" ;;
    esac
done
echo "$passed passed, $failed failed, $skipped skipped"
[ $failed -eq 0 ]
