import type { Page } from 'playwright-core';

/** A language that nobody speaks, in place of the page's own words. */
export type PseudoLanguage = 'long' | 'from right to left';

/** Gives a page the words of a language, looks for what does not fit, and gives it its own words again. */
export async function misfitsIn(page: Page, language: PseudoLanguage): Promise<string[]> {
  await page.evaluate(`(${SPEAK})('${language}')`);
  const found = await misfits(page);
  await page.evaluate('globalThis.speakAgain()');
  return found.map((each) => `${language}: ${each}`);
}

/** Doubles the text of a page, looks for what does not fit, and makes the text small again. */
export async function misfitsInLargeText(page: Page): Promise<string[]> {
  await page.evaluate("document.documentElement.style.fontSize = '200%'");
  const found = await misfits(page);
  await page.evaluate("document.documentElement.style.fontSize = ''");
  return found.map((each) => `large: ${each}`);
}

/**
 * Returns the parts of a page that are wider than their place, the texts that are cut off, those that lie on others, and the
 * lists that have no room.
 */
export async function misfits(page: Page): Promise<string[]> {
  await page.evaluate(TWO_FRAMES);
  return page.evaluate<string[]>(MISFITS);
}

/** A menu finds its place again when the window changes. */
const TWO_FRAMES =
  'dispatchEvent(new Event("resize")), new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))';

/** Runs in the page: changes the texts that are no data. Translations are longer by a third, short words by more. */
const SPEAK = `(language) => {
  const isLong = language === 'long';
  const hebrew = [...'אבגדהוזחטיכלמנסעפצקרשת'];
  const spoken = isLong
    ? (text) => text.replace(/[aeiouy]/gi, '$&$&')
    : (text) => text.replace(/[a-z]/gi, (letter) => hebrew[letter.toLowerCase().charCodeAt(0) % 22]);
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const changed = [];
  while (texts.nextNode()) {
    const node = texts.currentNode;
    if (node.parentElement.closest('code, kbd, pre, bdi, time, script, style, .name, .image-name, .mark')) continue;
    const before = node.data;
    node.data = spoken(before);
    changed.push([node, before, node.data]);
  }
  if (!isLong) document.documentElement.dir = 'rtl';
  globalThis.speakAgain = () => {
    document.documentElement.removeAttribute('dir');
    for (const [node, before, now] of changed) if (node.data === now) node.data = before;
  };
}`;

const MISFITS = `(() => {
  const isSeen = (element) =>
    element.checkVisibility({ visibilityProperty: true }) && !element.closest('.unseen, .tip, .skip, [inert], option') && getComputedStyle(element).clipPath === 'none';
  const all = [...document.body.querySelectorAll('*')].filter(isSeen);
  const named = (element) => element.tagName.toLowerCase() + '.' + element.className + ' "' + element.textContent.slice(0, 60) + '"';
  const scrolls = '.panel, .help, .alone, .list, .dialog, .new-images, .inbox, .report';
  const sideways = [document.documentElement, ...document.querySelectorAll(scrolls)]
    .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
    .map((element) => 'wider than its place: ' + named(element));
  const isCut = (element) => {
    const { overflowX, overflowY, textOverflow, display } = getComputedStyle(element);
    const hides = (overflow) => overflow === 'hidden' || overflow === 'clip';
    // A flex box shows no sign for the text that it cuts off.
    const hasSign = textOverflow === 'ellipsis' && display !== 'flex';
    return (
      (hides(overflowY) && element.scrollHeight > element.clientHeight + 2) ||
      (hides(overflowX) && !hasSign && element.scrollWidth > element.clientWidth + 1)
    );
  };
  const cut = all.filter((element) => element.textContent.trim() && isCut(element)).map((element) => 'cut off: ' + named(element));

  const within = (one, other) => ({
    left: Math.max(one.left, other.left), top: Math.max(one.top, other.top),
    right: Math.min(one.right, other.right), bottom: Math.min(one.bottom, other.bottom),
  });
  const windows = new Map([[null, { left: 0, top: 0, right: innerWidth, bottom: innerHeight }]]);
  /** The part of the page in which the text of an element can be seen. */
  const windowOf = (element) => {
    if (!windows.has(element)) {
      const around = windowOf(element.parentElement);
      const isOpen = getComputedStyle(element).overflow === 'visible';
      windows.set(element, isOpen ? around : within(around, element.getBoundingClientRect()));
    }
    return windows.get(element);
  };
  const layers = '.overlay, .modal, .popover, [role=menu], .toasts, .bulk-bar, .grid-head';
  const pieces = all.flatMap((element) =>
    [...element.childNodes].filter((node) => node.nodeType === 3 && node.data.trim()).flatMap((node) => {
      const range = document.createRange();
      range.selectNodeContents(node);
      const layer = element.closest(layers);
      return [...range.getClientRects()].map((rect) => ({ node, element, layer, ...within(rect, windowOf(element)) }));
    }),
  ).filter(({ left, top, right, bottom }) => right - left > 2 && bottom - top > 2);
  const lies = (one, other) =>
    one.node !== other.node && one.layer === other.layer &&
    Math.min(one.right, other.right) - Math.max(one.left, other.left) > 2 &&
    // Lines of text may touch.
    Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top) > Math.min(one.bottom - one.top, other.bottom - other.top) / 3;
  const over = pieces.flatMap((one, nth) => pieces.slice(nth + 1).filter((other) => lies(one, other))
    .map((other) => 'on one another: ' + named(one.element) + ' and ' + named(other.element)));
  const low = all.filter((element) => element.matches('.grid') && element.clientHeight < 150).map((element) => 'without room: ' + named(element));
  return [...new Set([...sideways, ...cut, ...over, ...low])].slice(0, 12);
})()`;
