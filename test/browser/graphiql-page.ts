import type { Page } from 'playwright-core';
import type { GraphqlAnswer } from '../support/client.js';
import { eventually } from '../support/poll.js';

export type Editor = 'query' | 'variable' | 'header';

/** Where the editors are. */
export const PLACES = {
  query: '.graphiql-query-editor',
  variable: '[aria-label=Variables]',
  header: '[aria-label=Headers]',
};

/** Puts a text in place of what an editor holds, as pasting does, and waits until GraphiQL has noticed. */
export async function fill(page: Page, editor: Editor, text: string): Promise<void> {
  await page.locator(`${PLACES[editor]} .view-lines:visible`).click();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  await page.keyboard.insertText(text);
  // GraphiQL never writes headers down.
  if (editor === 'header') return;
  await eventually(
    () => keptTab(page),
    (kept) => kept?.[editor === 'query' ? 'query' : 'variables'] === text,
  );
}

export async function shown(page: Page, editor: Editor): Promise<string> {
  const text = await page.locator(`${PLACES[editor]} .view-lines:visible`).innerText();
  return text.replaceAll('\u00a0', ' ');
}

export async function run(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Execute query/ }).click();
}

/** The fields of the examples' answers that the tests read. */
interface Shown {
  createImage?: { id: string; status: string };
  imageChanged?: Change;
}

interface Change {
  imageId: string;
  kind: string;
  image: { name: string; status?: string } | null;
}

/** The answer as it stands in its editor, once it is all there; on the page long lines are broken. */
export async function answer(page: Page): Promise<GraphqlAnswer<Shown>> {
  const text =
    '__MONACO.editor.getEditors().find((each) => each.getDomNode().closest(".graphiql-response")).getValue()';
  return eventually(async () => JSON.parse((await page.evaluate<string>(text)) || 'null'));
}

export async function tabs(page: Page): Promise<string[]> {
  return page.getByRole('tab').allInnerTexts();
}

/**
 * Chooses a tab, and waits until GraphiQL has written the choice down. What its editors show belongs to the tab
 * only some 100 ms after the click; GraphiQL mixes up the tabs of somebody who is faster.
 */
export async function choose(page: Page, name: string): Promise<void> {
  await page.getByRole('tab', { name }).click();
  await eventually(
    () => keptTab(page),
    (kept) => kept?.title === name,
  );
}

/** Returns the chosen tab as GraphiQL has written it down. */
export async function keptTab(
  page: Page,
): Promise<{ title: string; query: string; variables: string } | undefined> {
  return page.evaluate(
    '(({ tabs, activeTabIndex }) => tabs?.[activeTabIndex])(JSON.parse(localStorage["graphiql:tabState"] ?? "{}"))',
  );
}

/** GraphiQL writes its tabs down a moment after they change. */
export async function keptTabs(page: Page, isWanted: (titles: string[]) => boolean): Promise<void> {
  await eventually(
    () =>
      page.evaluate(
        'JSON.parse(localStorage["graphiql:tabState"] ?? "{}").tabs?.map((tab) => tab.title) ?? []',
      ),
    (titles) => isWanted(titles as string[]),
  );
}

/** Waits until the last event of a subscription is this change. */
export async function changed(page: Page, wanted: Change): Promise<void> {
  await eventually(
    () => answer(page),
    ({ data }) => {
      const { imageId, kind, image } = data?.imageChanged ?? {};
      return (
        imageId === wanted.imageId &&
        kind === wanted.kind &&
        image?.name === wanted.image?.name &&
        [image?.status, undefined].includes(wanted.image?.status)
      );
    },
  );
}
