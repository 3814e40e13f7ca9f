/** Returns true where a key is text, or belongs to a menu or a dialog. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest(
      'input:not([type=checkbox], [type=radio]), textarea, select, [role=menu], [role=dialog], [role=alertdialog]',
    ) !== null
  );
}
