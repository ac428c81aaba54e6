import { InputError } from '@gridflock/core';

/** What the system said about a write, in words that help. */
export function writeFault(error: unknown, path: string): Error {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  if (error instanceof Error && code === undefined) return error;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new InputError({
      code: 'OUT_DISK_FULL',
      message: `"${path}" cannot be written: the disk is full`,
      where: path,
      hint: 'Make room, or write elsewhere. Nothing half-written was left.',
    });
  }
  const reasons: Readonly<Record<string, string>> = {
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EROFS: 'the file system is read-only',
    ENOTDIR: 'a part of the path is a file',
    EEXIST: 'a part of the path is a file',
    ENOENT: 'a folder of the path does not exist and cannot be made',
    ENAMETOOLONG: 'the name is too long',
    ELOOP: 'its symbolic links go in a circle',
  };
  return new InputError({
    code: 'OUT_NOT_WRITABLE',
    message: `"${path.length > 200 ? `${path.slice(0, 200)}…` : path}" cannot be written: ${reasons[code ?? ''] ?? code ?? 'unknown reason'}`,
    where: path.length > 200 ? undefined : path,
    hint: 'Choose a folder that you may write.',
  });
}
