/** @file Draws shapes in a browser. */

import React, { useState as useValue, b } from 'react';
import * as points from './point.js';
import './side.css';
export { Old as Older } from './old.js';
const shapes = require('./shapes'), { pen, ink } = require('ink');

/**
 * A place for shapes.
 * @param {number} width of it
 */
export default class Canvas extends points.Surface {
  static #limit = 8;
  shapes = [];
  constructor(width) { super(); this.width = width; }
  get size() { return this.shapes.length; }
  async *each() { const found = this.shapes; }
}

// Adds two numbers.
export const add = async (left, right = 2) => left + right;
export function* count({ from, to }) {
  function inner() { return from; }
  let local = inner();
}
const RED = 1;
let current = RED, colours = { red: RED, paint() {}, clear: function () {}, 'mix': () => 1 };
function Old() {}
Old.prototype.draw = function (shape) { return add(shape, RED); };
Old.make = () => new Old();
exports.draw = function () {};
(function ($) {
  var hidden = 1;
  var helper = function () {};
})(jQuery);
