/** A box to tick, or with `group` one of several of which one is chosen. */
export function Choice({
  isChosen,
  onChoose,
  group,
  children,
}: {
  isChosen: boolean;
  onChoose: (is: boolean) => void;
  group?: string;
  children: React.ReactNode;
}) {
  return (
    <label className="choice">
      <input
        type={group === undefined ? 'checkbox' : 'radio'}
        name={group}
        checked={isChosen}
        onChange={({ target }) => onChoose(target.checked)}
      />
      {children}
    </label>
  );
}
