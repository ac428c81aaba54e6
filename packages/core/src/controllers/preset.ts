/**
 * A study file that shows something at work: `gridflock new study KIND --preset NAME` prints it, and it runs as it is. One file in the
 * folder of what it shows, and one line in the catalogue.
 */
export interface Preset {
  /** In kebab-case, after what it shows: `link-failure`. */
  readonly name: string;
  /** One line for a list. */
  readonly title: string;
  /** Kind of study that it is a file of. */
  readonly study: string;
  /** The file, commented; YAML. */
  readonly document: string;
}
