/** Work of this page that belongs to one user. Its code is loaded with the first of it. */
export interface OwnedWork<Work> {
  /** Returns the work of this user. That of another one is left to a later page. */
  of(by: string, load: () => Promise<Work>): Promise<Work>;
  /** Leaves all work to a later page of its user. */
  leave(): void;
}

export function ownedWork<Work extends { leave(): void }>(): OwnedWork<Work> {
  let started: { by: string; work: Promise<Work> } | undefined;
  return { of, leave };

  function of(by: string, load: () => Promise<Work>): Promise<Work> {
    if (started?.by !== by) {
      leave();
      started = { by, work: load() };
      // Perhaps the connection is back when somebody asks again.
      started.work.catch(() => (started = undefined));
    }
    return started.work;
  }

  function leave(): void {
    void started?.work.then((work) => work.leave()).catch(() => undefined);
    started = undefined;
  }
}

/** Returns the user and the project, as work keeps them: another user of this browser does not get it. */
export function ownerOf({ user, tenant }: { user?: string | null; tenant?: string | null }): string {
  return JSON.stringify([user ?? null, tenant ?? null]);
}
