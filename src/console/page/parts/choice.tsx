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
  /** What a screen reader says in place of the text, where that is the same in many places. */
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
