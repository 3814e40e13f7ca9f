"""Sends what the client class of Glance 0.1.7 sends, and takes only the answers that it takes.

Reads one JSON object: {"host", "port", "calls": [[method, argument, ...], ...]}, and writes one line of JSON for
each call: {"result": ...}, or {"raised": ...} with the name of the exception that the class raises.
"""

import http.client
import json
import sys

OCTETS = {"content-type": "application/octet-stream"}
CORE = "x-image-meta-"
PROPERTY = "x-image-meta-property-"


class Raised(Exception):
    pass


def ask(place, method, path, body=None, headers=None):
    """Every status but 200 raises; a redirect and 201 do too."""
    connection = http.client.HTTPConnection(place["host"], place["port"])
    connection.request(method, path, body, headers or {})
    answer = connection.getresponse()
    names = {400: "BadInputError", 401: "NotAuthorized", 403: "NotAuthorized", 404: "NotFound", 409: "Duplicate"}
    if answer.status != 200:
        raise Raised(names.get(answer.status, f"Unknown error {answer.status}"))
    return answer


def as_headers(image):
    """One header for each field, `properties` among them in Python's spelling, and one for each property."""
    headers = {f"{CORE}{name.lower()}": str(value) for name, value in image.items()}
    for name, value in image.get("properties", {}).items():
        headers[f"{PROPERTY}{name.lower()}"] = str(value)
    return headers


def from_headers(answer):
    image, properties = {}, {}
    for name, value in answer.getheaders():
        name = name.lower()
        if name.startswith(PROPERTY):
            properties[name[len(PROPERTY) :].replace("-", "_")] = value
        elif name.startswith(CORE):
            image[name[len(CORE) :].replace("-", "_")] = value
    return {**image, "properties": properties}


def get_images(place):
    return json.loads(ask(place, "GET", "/images").read())["images"]


def get_images_detailed(place):
    return json.loads(ask(place, "GET", "/images/detail").read())["images"]


def get_image(place, image_id):
    answer = ask(place, "GET", f"/images/{image_id}")
    return [from_headers(answer), answer.read().decode()]


def get_image_meta(place, image_id):
    return from_headers(ask(place, "HEAD", f"/images/{image_id}"))


def add_image(place, image, data=None):
    if data:
        image.setdefault("size", len(data))
    headers = {**as_headers(image), **(OCTETS if data else {})}
    return json.loads(ask(place, "POST", "/images", data, headers).read())["image"]


def delete_image(place, image_id):
    ask(place, "DELETE", f"/images/{image_id}")
    return True


def add_record(place, image):
    """The registry's client: JSON without a Content-Type."""
    return json.loads(ask(place, "POST", "/images", json.dumps({"image": image})).read())["image"]


def get_record(place, image_id):
    return json.loads(ask(place, "GET", f"/images/{image_id}").read())["image"]


def update_record(place, image_id, image):
    return json.loads(ask(place, "PUT", f"/images/{image_id}", json.dumps({"image": image})).read())["image"]


def call(place, method, arguments):
    try:
        return {"result": globals()[method](place, *arguments)}
    except Raised as raised:
        return {"raised": str(raised)}


order = json.load(sys.stdin)
for method, *arguments in order["calls"]:
    print(json.dumps(call(order, method, arguments)))
