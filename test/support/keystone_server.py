"""Keystone as an application for gunicorn, with its database and accounts made at the first start.

One process does it all: `keystone-manage` spends most of its time on loading Keystone, once for each step.
Of the environment it takes FOLDER, where its things are; BASE_URL, its address in the catalogue; PEOPLE, who there
is to be, as `[[user, project, role], ...]`; and PASSWORD, what follows a user's name in the password.
"""

import json
import os
import sqlite3
import sys
import traceback
import uuid

FOLDER = os.environ['FOLDER']
BASE_URL = os.environ['BASE_URL']
PEOPLE = json.loads(os.environ['PEOPLE'])
PASSWORD = os.environ['PASSWORD']
CONFIG = os.path.join(FOLDER, 'keystone.conf')

# Keystone would read gunicorn's own arguments.
sys.argv = sys.argv[:1]

from keystone.cmd import cli
from keystone.common import provider_api
from keystone.server.wsgi import initialize_public_application
import keystone.conf

PROVIDERS = provider_api.ProviderAPIs


def prepare():
    database = os.path.join(FOLDER, 'keystone.db')
    if os.path.exists(database):
        return
    in_child(lambda: manage('db_sync'))
    # Without it, writing while somebody reads is a locked database.
    sqlite3.connect(database).execute('pragma journal_mode=wal')
    owner = ('--keystone-user', str(os.getuid()), '--keystone-group', str(os.getgid()))
    in_child(lambda: manage('fernet_setup', *owner))
    in_child(lambda: manage('credential_setup', *owner))
    in_child(make_accounts)


def in_child(work):
    """Each step configures Keystone anew, which a process does only once."""
    child = os.fork()
    if child == 0:
        try:
            work()
            os._exit(0)
        except BaseException:
            traceback.print_exc()
            os._exit(1)
    if os.waitpid(child, 0)[1] != 0:
        raise RuntimeError('Keystone could not be prepared')


def manage(*arguments):
    cli.main(['keystone-manage', '--config-file', CONFIG, *arguments])


def make_accounts():
    manage('bootstrap', '--bootstrap-password', 'admin' + PASSWORD, '--bootstrap-public-url', BASE_URL + '/v3')
    roles = {role['name']: role['id'] for role in PROVIDERS.role_api.list_roles()}
    made = {'projects': {}, 'users': {}}
    for user, project, role in PEOPLE:
        if role not in roles:
            roles[role] = uuid.uuid4().hex
            PROVIDERS.role_api.create_role(roles[role], {'id': roles[role], 'name': role})
        if project not in made['projects']:
            made['projects'][project] = create_project(project)['id']
        made['users'][user] = PROVIDERS.identity_api.create_user(
            {'name': user, 'password': user + PASSWORD, 'domain_id': 'default', 'enabled': True})['id']
        PROVIDERS.assignment_api.add_role_to_user_and_project(
            made['users'][user], made['projects'][project], roles[role])
    with open(os.path.join(FOLDER, 'accounts.json'), 'w') as file:
        json.dump(made, file)


def create_project(name):
    own = uuid.uuid4().hex
    values = {'id': own, 'name': name, 'domain_id': 'default', 'enabled': True}
    return PROVIDERS.resource_api.create_project(own, values)


prepare()
served = initialize_public_application()


def application(environ, start_response):
    # For tests: how many seconds the tokens that are issued from now on are good for.
    if environ['PATH_INFO'] == '/expiration':
        keystone.conf.CONF.set_override('expiration', int(environ['QUERY_STRING']), group='token')
        start_response('204 No Content', [])
        return []
    if environ['PATH_INFO'] == '/expired-password':
        expire_password(environ['QUERY_STRING'])
        start_response('204 No Content', [])
        return []
    return served(environ, start_response)


def expire_password(user):
    """No API of Keystone's changes the end of a password."""
    database = sqlite3.connect(os.path.join(FOLDER, 'keystone.db'))
    database.execute(
        'update password set expires_at_int = 1000000, expires_at = ? where local_user_id ='
        ' (select id from local_user where name = ?)', ('1970-01-01 00:00:01', user))
    database.commit()
    database.close()
