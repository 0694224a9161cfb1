"""schema_cases - the public JSON-Schema-Test-Suite as this machine has it, and our validator to ask

Debian brings the suite twice: json-schema-test-suite has it up to draft 7, whose cases are written anew in the words of
2020-12; libtest-json-schema-acceptance-perl has the cases of 2020-12 themselves.
"""
import glob
import json
import os
import re
import subprocess

SOURCE = os.environ.get("SINERGI_SOURCE", ".")
DRAFT_2020_12 = "/usr/share/perl5/auto/share/dist/Test-JSON-Schema-Acceptance/tests/draft2020-12"
DRAFT_7 = "/usr/share/json-schema-test-suite/tests/draft7"
# Besides the cases that every validator must pass: those of what we claim among the optional ones.
OPTIONAL = ("format/date", "format/date-time", "format/uuid", "ecmascript-regex", "float-overflow", "no-schema", "non-bmp-regex",
            "unicode")
FORMATS = ("date", "date-time", "uuid")
DIALECT = "https://json-schema.org/draft/2020-12/schema"
ONE = ("items", "contains", "additionalProperties", "propertyNames", "not", "if", "then", "else")
LISTED = ("prefixItems", "allOf", "anyOf", "oneOf")
NAMED = ("properties", "patternProperties", "$defs")


def verdicts(questions):
    """The answers of tests/lib/schema_verdict.c to a list of questions."""
    build = os.path.dirname(os.environ.get("SINERGI_BIN", "build/release/bin"))
    program = os.path.join(build, "tests", "schema_verdict")
    text = "".join(json.dumps(question) + "\n" for question in questions)
    done = subprocess.run([program], input=text, capture_output=True, text=True, check=True)
    answers = [json.loads(line) for line in done.stdout.split("\n") if line]
    assert len(answers) == len(questions), "the validator did not answer every question"
    return answers


def claimed():
    """The keywords and annotations of common/schema.md."""
    with open(os.path.join(SOURCE, "common", "schema.md"), encoding="utf-8") as page:
        return set(re.findall(r"^\| `([^`]+)` \|", page.read(), re.MULTILINE))


def below(schema):
    """The schemas right below a schema of 2020-12."""
    if not isinstance(schema, dict):
        return []
    return ([schema[word] for word in ONE if word in schema]
            + [item for word in LISTED for item in schema.get(word, [])]
            + [item for word in NAMED for item in schema.get(word, {}).values()])


def outside(schema, words):
    """Why a schema is none of ours, or None: the first keyword, reference or format that is not claimed."""
    if not isinstance(schema, dict):
        return None
    for word in schema:
        if word not in words:
            return word
    if not re.match(r"#(/|$)", schema.get("$ref", "#")):
        return "$ref " + schema["$ref"]
    if schema.get("format", "date") not in FORMATS:
        return "format " + schema["format"]
    if schema.get("$schema", DIALECT) != DIALECT:
        return "$schema"
    patterns = [schema.get("pattern", ""), *schema.get("patternProperties", {})]
    if any(r"\p{" in pattern for pattern in patterns):
        return r"pattern \p"
    return next(filter(None, (outside(item, words) for item in below(schema))), None)


def modern(schema):
    """A schema of draft 7 in the words of 2020-12."""
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:  # in draft 7 nothing beside it counts, but others may point there
        schema = {word: schema[word] for word in ("$ref", "definitions") if word in schema}
    new = {}
    for word, value in schema.items():
        if word == "definitions":
            new["$defs"] = {name: modern(item) for name, item in value.items()}
        elif word == "$ref":
            new[word] = re.sub(r"^#/items/(\d)", r"#/prefixItems/\1", value.replace("#/definitions", "#/$defs"))
        elif word == "items" and isinstance(value, list):
            new["prefixItems"] = [modern(item) for item in value]
        elif word == "additionalItems":
            new.update({"items": modern(value)} if isinstance(schema.get("items"), list) else {})
        elif word == "dependencies" and all(isinstance(item, list) for item in value.values()):
            new["dependentRequired"] = value
        elif word in LISTED:
            new[word] = [modern(item) for item in value]
        elif word in NAMED:
            new[word] = {name: modern(item) for name, item in value.items()}
        else:
            new[word] = modern(value) if word in ONE else value
    return {word: value for word, value in new.items() if value != []}


def groups():
    """(file, description, schema, tests) of every group; 2020-12 only where its package is installed."""
    for folder, change in ((DRAFT_7, modern), (DRAFT_2020_12, lambda schema: schema)):
        optional = [os.path.join(folder, "optional", name + ".json") for name in OPTIONAL]
        for path in sorted(glob.glob(folder + "/*.json")) + list(filter(os.path.exists, optional)):
            with open(path, encoding="utf-8") as file:
                for group in json.load(file):
                    name = os.path.relpath(path, os.path.dirname(folder))
                    yield name, group["description"], change(group["schema"]), group["tests"]
