"""Encrypts and decrypts texts with Glance's own functions: JSON in, JSON out."""

import json
import sys

from glance.common import crypt

asked = json.load(sys.stdin)
json.dump(
    {
        'encrypted': [crypt.urlsafe_encrypt(key, text) for key, text in asked['encrypt']],
        'decrypted': [crypt.urlsafe_decrypt(key, text) for key, text in asked['decrypt']],
    },
    sys.stdout,
)
