import type { Point } from './point';
export interface Surface<T> extends Base { name: string; draw(shape: T): void; readonly [key: string]: any }
export type Shape = Round | Square;
export enum Colour { Red = 1, Green }
namespace art { export const limit = 8; }
declare module 'paint' { function mix(colour: string): void; }
export abstract class Canvas<T> extends Old<T> implements Surface<T> {
  private width: number = 1;
  constructor(private readonly name: string) { super(); }
  abstract clear(): void;
  @logged()
  draw?(shape: Shape): Colour { return Colour.Red; }
}
export function isShape<T>(thing: T): thing is Shape { return true; }
let sizes: Map<string, number> = new Map();
