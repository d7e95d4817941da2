import type { Look, Packages, Requirement } from '../requirement.js';

/** A program in PATH, by one of its names. */
export function program(...names: string[]): Look {
  return { kind: 'program', names };
}

/** A program that has to be GNU's. */
export function gnu(name: string, says = /\bGNU\b/): Look {
  return { kind: 'program', names: [name], says };
}

/** Package names; one alone is the same everywhere. */
export function packages(apt: string, dnf = apt, pacman = apt): Packages {
  return { apt, dnf, pacman };
}

/** A requirement of a list that says itself what most of it is needed for, and why. */
export type Extra = Omit<Requirement, 'needed' | 'wanted' | 'why'> & Partial<Pick<Requirement, 'needed' | 'why'>>;
