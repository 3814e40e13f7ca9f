/** Leads to the console, where the gateway serves it: it writes that into the page. */
export function ConsoleLink() {
  const { content } = document.querySelector<HTMLMetaElement>('meta[name=console]')!;
  return content === 'true' ? <a href="console/">Console</a> : null;
}
