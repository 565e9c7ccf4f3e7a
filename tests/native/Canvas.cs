using System;
using Text = System.Text;
namespace Art.Shapes
{
    /// <summary>A place for shapes.</summary>
    public class Canvas<T> : Surface, IDrawable
    {
        private const int Limit = 8;
        public int Width { get; set; }
        public event EventHandler Drawn;
        public Canvas(int width) { Width = width; }
        public T Draw(T shape) { int local = Limit; return Helper(local); }
        T Helper(int x) => default;
    }
    public enum Colour { Red = 1, Green }
    struct Point { public int X; }
    interface IDrawable { void Draw(); }
    delegate void Handler(int x);
}
