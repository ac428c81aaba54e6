/** Who asks. One user at this machine, until there are accounts. */
export const ownerOf = (): string => 'local';
