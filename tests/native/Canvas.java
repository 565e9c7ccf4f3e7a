package art.shapes;

import java.util.List;
import static java.util.Map.*;

/** A place for shapes. Holds them. */
public class Canvas<T> extends Surface implements Drawable, Comparable<T> {
    private static final int LIMIT = 8, OTHER = 9;
    public Canvas(int width) { this.width = width; }
    @Override
    public List<T> draw(T shape) { int local = LIMIT; return helper(local); }
    private List<T> helper(int x) { return null; }
    enum Colour { RED, GREEN }
    interface Inner { void run(); }
    @interface Mark { String value(); }
    record Point(int x, int y) {}
}
