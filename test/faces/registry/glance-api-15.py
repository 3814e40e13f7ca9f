"""Asks a registry what glance-api 15 asks it, with `data_api = glance.db.registry.api`.

Reads {"host", "port", "token", "calls": [[method, argument, ...], ...]} as JSON, and writes one line of JSON for each
call: {"result": ...} or {"raised": ...} with the class and the text that the registry names.
"""

import http.client
import json
import sys


class Raised(Exception):
    pass


def ask(place, method, path, body=None, headers=None):
    """No Accept and no User-Agent; JSON bodies of `/images` alone say what they are."""
    connection = http.client.HTTPConnection(place["host"], place["port"])
    token = {"x-auth-token": place["token"]} if place.get("token") else {}
    connection.request(method, path, body, {**token, **(headers or {})})
    answer = connection.getresponse()
    if answer.status not in (200, 201, 202, 204):
        raise Raised(f"{answer.status} {answer.read().decode()}")
    return json.loads(answer.read() or "null")


def run(place, command, arguments):
    """One command in a list; the first of the list of results, or the error in its place."""
    body = json.dumps([{"command": command, "kwargs": arguments}]).encode()
    [result] = ask(place, "POST", "/rpc", body)
    if isinstance(result, dict) and "_error" in result:
        raise Raised(f"{result['_error']['cls']}: {result['_error']['val']}")
    return result


def get(place, image_id):
    return ask(place, "GET", f"/images/{image_id}")["image"]


def put(place, image_id, image):
    body = json.dumps({"image": image, "from_state": None}).encode()
    return ask(place, "PUT", f"/images/{image_id}", body, {"Content-Type": "application/json"})["image"]


def delete_image(place, image_id):
    """DELETE of an image with data, as glance-api does it: its location is flagged once the store has removed it."""
    get(place, image_id)
    image = put(place, image_id, {"status": "deleted"})
    for location in image["location_data"]:
        if location["status"] == "active":
            location_delete(place, image_id, location["id"], "deleted")
    return ask(place, "DELETE", f"/images/{image_id}")["image"]


def location_delete(place, image_id, location_id, status):
    return run(
        place, "image_location_delete", {"image_id": image_id, "location_id": location_id, "status": status}
    )


def location_add(place, image_id, location):
    return run(place, "image_location_add", {"image_id": image_id, "location": location})


def storage_usage(place, owner_id, image_id=None):
    return run(place, "user_get_storage_usage", {"owner_id": owner_id, "image_id": image_id})


def raw(place, body):
    return ask(place, "POST", "/rpc", body.encode())


def call(place, method, arguments):
    try:
        return {"result": globals()[method](place, *arguments)}
    except Raised as raised:
        return {"raised": str(raised)}


order = json.load(sys.stdin)
for method, *arguments in order["calls"]:
    print(json.dumps(call(order, method, arguments)))
