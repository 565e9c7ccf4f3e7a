#import "Canvas.h"
#import <Foundation/Foundation.h>
// A place for shapes.
@interface Canvas : Surface
@property (nonatomic) int width;
@property (strong) NSString *name;
- (void)draw:(Shape *)shape with:(int)colour;
+ (id)make;
@end
@protocol Drawable
- (void)draw;
@end
@interface Canvas (Extra)
- (void)clear;
@end
@implementation Canvas
- (void)draw:(Shape *)shape with:(int)colour { [self clear]; helper(colour); }
@end
static int helper(int x) { return x; }
