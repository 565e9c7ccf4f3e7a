// Package art draws shapes.
package art

import (
	"fmt"
	paint "example.org/colours/v2"
)
import _ "embed"

// Canvas is a place for shapes. It grows.
type Canvas struct {
	Width, Height int // in pixels
	Surface
	pens []paint.Pen `json:"pens"`
}

type (
	Surface interface {
		Draw(shape Shape) error
		fmt.Stringer
	}
	Shape = Canvas
	Maker func(int) Canvas
	Stack[T any] struct{ items []T }
)

const (
	Red = iota
	Green
)

var first, second int = 1, 2

// Draw draws.
func (c *Canvas) Draw(shape Shape) error {
	local := Red
	fmt.Println(c.Width, local)
	return nil
}
func (s Stack[T]) Pop() (item T, err error) { return }
func Top[T any](values ...int) (result int) {
	inner := func(x int) int { return x }
	return inner(first)
}
