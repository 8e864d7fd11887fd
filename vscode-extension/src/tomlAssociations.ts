/** What Even Better TOML's setting says of policies. */

/** Regular expressions for documents, each with the address of a schema. */
export type Associations = Readonly<Record<string, string>>;

const POLICIES = "^.*/bailiwick\\.toml$";

/** The associations with the one for policies, whatever it was before. */
export function associated(known: Associations, schema: string): Associations {
  return { ...known, [POLICIES]: schema };
}

/** Whether policies have a schema. */
export function isAssociated(known: Associations | undefined): boolean {
  return known?.[POLICIES] !== undefined;
}
