#!/usr/bin/python3
"""Every case of the public JSON-Schema-Test-Suite for the keywords we claim has the suite's verdict; any other does not compile

shows: F1 law-5
cost: cpu 2
preset: asan
"""
import collections
import os
import sys

import schema_cases


def main():
    words = schema_cases.claimed()
    wrong, passed, refused = [], collections.Counter(), collections.Counter()
    groups = list(schema_cases.groups())
    questions = [{"schema": group[2], "data": test["data"]} for group in groups for test in group[3]]
    answers = iter(schema_cases.verdicts(questions))
    for file, description, schema, tests in groups:
        reason = schema_cases.outside(schema, words)
        draft = file.split("/")[0]
        for test in tests:
            answer = next(answers)
            expected = "refused" if reason else "valid" if test["valid"] else "invalid"
            passed[draft] += not reason
            if answer["verdict"] != expected:
                wrong.append(f"{file}: {description}: {test['description']}: expected {expected} ({reason}), got {answer}")
        if reason:
            refused[draft, reason] += 1
    for (draft, reason), count in sorted(refused.items()):
        print(f"{draft}: {count} groups do not compile: {reason}")
    for draft, count in passed.items():
        print(f"{draft}: {count} cases of what is claimed")
    if not os.path.isdir(schema_cases.DRAFT_2020_12):
        print("not run: the cases of draft2020-12 themselves (Debian: libtest-json-schema-acceptance-perl)")
    elif passed["draft2020-12"] < 850:
        wrong.append("cases of draft2020-12 are missing")
    if passed["draft7"] < 350:
        wrong.append("the suite is not here (Debian: json-schema-test-suite)")
    print("\n".join(wrong))
    return 1 if wrong else 0


sys.exit(main())
