/** Returns the path of an image's data. It has the origin of the page, whatever the gateway's public address is. */
export function dataPath(id: string): string {
  return `/data/${encodeURIComponent(id)}`;
}

/** Saves the data of an image, as a link with `download` does: an error leaves the page as it is. */
export function download(id: string): void {
  Object.assign(document.createElement('a'), { href: dataPath(id), download: '' }).click();
}
