import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config/config.js';
import { sqliteFile } from '../database/data-source.js';
import type { Finding } from '../database/inspection.js';
import { folderState, type FolderState } from '../store/folder-state.js';
import { remedyOf } from './folder-unusable.js';

/** Inspects DATA_DIR and the places in it, without the stores. Changes nothing. */
export async function inspectDataFolder(config: Config): Promise<Finding[]> {
  const state = await folderState(config.dataDir);
  if (isBad(state)) return [finding('refused', `DATA_DIR: the folder ${config.dataDir} ${PROBLEMS[state]}.`)];
  const temporary = join(config.dataDir, 'tmp');
  const stateOfTemporary = await folderState(temporary);
  return [
    ...(await databaseFindings(config)),
    ...(isBad(stateOfTemporary)
      ? [finding('refused', `DATA_DIR: the temporary folder ${temporary} ${PROBLEMS[stateOfTemporary]}.`)]
      : []),
    ...(await inspectUploadFolder(config)),
  ];
}

/** Inspects the folder of resumable uploads. The gateway starts without it, and refuses these uploads. */
export async function inspectUploadFolder({ uploadFolder }: Config): Promise<Finding[]> {
  const state = await folderState(uploadFolder);
  if (!isBad(state)) return [];
  const what = `DATA_DIR: the folder ${uploadFolder} ${PROBLEMS[state]}: resumable uploads are refused.`;
  return [finding('limited', what)];
}

type BadState = Exclude<FolderState, 'good' | 'missing'>;

const PROBLEMS: Record<BadState, string> = {
  unmakeable: 'does not exist and cannot be made',
  noFolder: 'is not a folder',
  unreadable: 'cannot be read',
  unwritable: 'cannot be written to',
};

function isBad(state: FolderState): state is BadState {
  return state in PROBLEMS;
}

function finding(severity: Finding['severity'], what: string, todo?: string): Finding {
  return {
    severity,
    what,
    todo: todo ?? 'Let the user that runs the gateway write there, or choose another folder.',
  };
}

async function databaseFindings({ databaseUrl, dataDir }: Config): Promise<Finding[]> {
  if (databaseUrl !== undefined) return [];
  const file = sqliteFile(dataDir);
  const error = await access(file, constants.R_OK | constants.W_OK).then(
    () => undefined,
    (problem: NodeJS.ErrnoException) => problem,
  );
  if (error === undefined || error.code === 'ENOENT') return [];
  return [
    finding('refused', `DATA_DIR: the database ${file} cannot be used (${error.code}).`, remedyOf(error)),
  ];
}
