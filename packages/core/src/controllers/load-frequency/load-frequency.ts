/** Frequency of areas: what an area does, and what each of its storages does. */
export { areaControl } from './area-control.ts';
export { storageSupport } from './storage-support.ts';
