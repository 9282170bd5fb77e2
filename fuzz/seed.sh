#!/bin/sh
# Makes one input of each directory in testdata that holds configuration.
set -eu
cd "$(dirname "$0")"
for target in load evaluate; do
    mkdir -p "corpus/$target"
done
find ../testdata -name '*.tf' -exec dirname {} \; | sort -u | while read -r directory; do
    name=$(echo "${directory#../testdata/}" | tr / -)
    {
        find "$directory" -name '*.tf' | sort | while read -r file; do
            echo "--- ${file#"$directory"/}"
            cat "$file"
            echo
        done
    } > "corpus/load/$name"
    cp "corpus/load/$name" "corpus/evaluate/$name"
done
for table in ../testdata/expressions/*.jsonl; do
    name=$(basename "$table" .jsonl)
    {
        echo "--- main.tf"
        echo "locals {"
        sed -n 's/^{"expr": "\(\([^"\\]\|\\["\\]\)*\)", "json".*/\1/p' "$table" |
            sed 's/\\\(["\\]\)/\1/g' | head -40 | awk '{ print "  v" NR " = " $0 }'
        echo "}"
    } > "corpus/evaluate/expressions-$name"
done
