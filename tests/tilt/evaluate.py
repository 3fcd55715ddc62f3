"""Evaluates the Tiltfile, with functions in the place of Tilt's that record what they are called with.

Reads from stdin: {"folder", "context", "subcommand", "said", "manifests"}. Prints {"calls": [[name, args, kwargs], ...]}, and
"error" when the Tiltfile fails.
"""

import json
import os
import sys

import starlark as sl

given = json.load(sys.stdin)
os.chdir(given["folder"])
calls = []


def recording(name, result=None):
    def call(*args, **kwargs):
        calls.append([name, list(args), kwargs])
        return result

    return call


class Refused(Exception):
    pass


def fail(message):
    raise Refused(message)


def read_json(path):
    with open(path, encoding="utf8") as file:
        return json.load(file)


module = sl.Module()
for name, function in {
    "fail": fail,
    "read_json": read_json,
    "k8s_context": lambda: given["context"],
    "local": recording("local", "the environment's manifests"),
    "kustomize": recording("kustomize", "the overlay's manifests"),
    "decode_yaml_stream": lambda _: given["manifests"],
    "config_parse": lambda: given["said"],
    "os_path_join": os.path.join,
    "os_path_dirname": os.path.dirname,
    **{
        name: recording(name)
        for name in [
            "config_define_string",
            "config_define_string_list",
            "allow_k8s_contexts",
            "default_registry",
            "docker_build",
            "k8s_resource",
            "k8s_yaml",
            "watch_file",
        ]
    },
}.items():
    module.add_callable(name, function)

# Tilt's functions that have a dot in their names.
NAMESPACES = """
config = struct(
    define_string=config_define_string,
    define_string_list=config_define_string_list,
    parse=config_parse,
    tilt_subcommand=%s,
)
os = struct(path=struct(join=os_path_join, dirname=os_path_dirname))
"""

dialect = sl.Dialect.standard()
dialect.enable_top_level_stmt = True
library = sl.Globals.extended_by([sl.LibraryExtension.StructType])
result = {"calls": calls}
try:
    subcommand = json.dumps(given["subcommand"])
    sl.eval(module, sl.parse("namespaces", NAMESPACES % subcommand, dialect), library)
    with open("Tiltfile", encoding="utf8") as file:
        sl.eval(module, sl.parse("Tiltfile", file.read(), dialect), library)
except Exception as error:
    result["error"] = str(error)
print(json.dumps(result))
