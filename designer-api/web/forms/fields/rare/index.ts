/** Fields that few forms have: one piece of code, loaded with the first of them. */
export { Counter } from './counter';
export { Duration } from './duration';
export { Formula } from './formula';
export { Gps } from './gps';
export { Link } from './link';
export { Marks } from './mark';
export { Matrix } from './matrix';
export { Money } from './money';
export { Person, Place, Shift } from './picks';
export { Rank } from './rank';
export { Rating } from './rating';
export { Reason } from './reason';
export { Signal } from './signal';
export { Sketch } from './sketch';
export { Verify } from './verify';
