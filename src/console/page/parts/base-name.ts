/** Returns a file's name without its folders, as Unix or Windows writes them. */
export function baseName(path: string): string {
  return path.split(/[/\\]/).findLast((part) => part !== '') ?? '';
}
