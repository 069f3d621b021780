namespace Orders.Web.Status;

/// <summary>What the feed has done.</summary>
internal sealed record FeedStatus(bool Enabled, long Produced, long Failed, string? LastError);
