/** A sentence for a screen reader. */
export interface Announcement {
  text: string;
  /** True for one that interrupts. */
  isUrgent: boolean;
}
