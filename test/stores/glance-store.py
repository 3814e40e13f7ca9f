"""Adds, reads or deletes an image with Glance's own library of stores, which prints what it is asked for."""

import io
import json
import sys

import glance_store
from oslo_config import cfg

options, action, argument = json.loads(sys.argv[1]), sys.argv[2], sys.argv[3]
conf = cfg.CONF
glance_store.register_opts(conf)
conf([])
for name, value in options.items():
    conf.set_override(name, value, group='glance_store')
glance_store.create_stores(conf)

if action == 'add':
    data = sys.stdin.buffer.read()
    location, *_ = glance_store.add_to_backend_with_multihash(
        conf, argument, io.BytesIO(data), len(data), 'sha512', options['default_store'])
    print(location)
elif action == 'read':
    pieces, _ = glance_store.get_from_backend(argument)
    for piece in pieces:
        sys.stdout.buffer.write(piece)
else:
    glance_store.delete_from_backend(argument)
