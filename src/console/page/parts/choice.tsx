/** A box to tick, or with `group` one of several of which one is chosen. */
export function Choice({
  isChosen,
  onChoose,
  group,
  name,
  isDisabled = false,
  children,
}: {
  isChosen: boolean;
  onChoose: (is: boolean) => void;
  group?: string;
  /** The name for screen readers, where many choices have the same text. */
  name?: string;
  isDisabled?: boolean;
  children: React.ReactNode;
}) {
  return (
    <label className="choice">
      <input
        type={group === undefined ? 'checkbox' : 'radio'}
        name={group}
        aria-label={name}
        checked={isChosen}
        disabled={isDisabled}
        onChange={({ target }) => onChoose(target.checked)}
      />
      {children}
    </label>
  );
}
