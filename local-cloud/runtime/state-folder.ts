/** The folder that a local cloud keeps everything in: locked for one process, its record file checked before use. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { LocalCloudError } from './local-cloud-error.ts';
import { openRecords, type RecordFile } from './records.ts';

export interface StateFolder {
  records: RecordFile;
  /** A folder below, made if it is missing. */
  subfolder(name: string): string;
  close(): void;
}

const SQLITE_BUSY = 5;

export function openStateFolder(folder: string): StateFolder {
  makeFolder(folder);
  const lock = lockFolder(folder);
  try {
    const records = openChecked(join(folder, 'records.sqlite'));
    return {
      records,
      subfolder: (name) => makeFolder(join(folder, name)),
      close: () => {
        records.close();
        lock.close();
      },
    };
  } catch (error) {
    lock.close();
    throw error;
  }
}

function makeFolder(folder: string): string {
  try {
    mkdirSync(folder, { recursive: true });
    return folder;
  } catch (cause) {
    const remedy = 'Choose another folder, or move what is in the way.';
    throw new LocalCloudError('STATE_UNREADABLE', `The folder ${folder} cannot be made.`, remedy, { cause });
  }
}

/** An exclusive SQLite transaction that never ends: the operating system frees the lock however the process dies. */
function lockFolder(folder: string): DatabaseSync {
  const file = join(folder, 'lock.sqlite');
  const lock = new DatabaseSync(file, { timeout: 0 });
  try {
    lock.exec('begin exclusive');
    return lock;
  } catch (cause) {
    lock.close();
    if ((cause as { errcode?: number }).errcode === SQLITE_BUSY) {
      const remedy = 'Stop that one, or give this one a folder of its own.';
      throw new LocalCloudError('FOLDER_IN_USE', `Another local cloud runs on the folder ${folder}.`, remedy, {
        cause,
      });
    }
    throw unreadable(file, cause);
  }
}

function openChecked(file: string): RecordFile {
  try {
    const check = new DatabaseSync(file);
    try {
      const result = check.prepare('pragma quick_check(1)').get() as { quick_check: string };
      if (result.quick_check !== 'ok') throw new Error(result.quick_check);
    } finally {
      check.close();
    }
    return openRecords(file);
  } catch (cause) {
    throw unreadable(file, cause);
  }
}

function unreadable(file: string, cause: unknown): LocalCloudError {
  const message = `The local cloud's state file ${file} is unreadable (${(cause as Error).message}).`;
  const remedy =
    'Restore it, or delete its folder to start empty: sites that were deployed there have to be deployed again.';
  return new LocalCloudError('STATE_UNREADABLE', message, remedy, { cause });
}
