/** The state of the inbox. Its address holds all of it. */
export interface InboxAddress {
  show: Shown;
  /** The project that is offered images; empty for the viewer's own. */
  project: string;
}

export const SHOWN = ['waiting', 'later', 'accepted', 'rejected'] as const;
export type Shown = (typeof SHOWN)[number];

/** Reads the query of an address. Leaves out unknown names and values. */
export function readInbox(query: string): InboxAddress {
  const found = new URLSearchParams(query);
  return {
    show: SHOWN.find((each) => each === found.get('show')) ?? 'waiting',
    project: found.get('project') ?? '',
  };
}

/** Writes the query of an address, without what is the default. */
export function writeInbox({ show, project }: InboxAddress): string {
  const query = new URLSearchParams();
  if (show !== 'waiting') query.set('show', show);
  if (project !== '') query.set('project', project);
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}
