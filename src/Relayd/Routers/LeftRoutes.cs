using System.Collections.Generic;
using System.IO;
using System.Linq;

using Sluice.Engine;
using Sluice.Engine.Routing;

namespace Sluice.Relayd.Routers;

/// <summary>What a daemon that was here before has left of its routers.</summary>
internal static class LeftRoutes
{
    /// <summary>Whether there is any; it takes no right to ask.</summary>
    public static bool AreThere()
    {
        try
        {
            using RouteTable table = RouteTable.Open();
            List<PresentRoute> routes = [];
            List<Nexthop> nexthops = [];
            return table.List(routes, nexthops) == Errno.None && (routes.Count > 0 || nexthops.Any(static nexthop => nexthop.Protocol == RouteTable.Protocol));
        }
        catch (IOException)
        {
            // A kernel that does not tell has no groups of nexthops either.
            return false;
        }
    }
}
