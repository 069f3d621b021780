namespace Consumers.Framework.Configuration;

/// <summary>Checks the durations and sizes of a consumer that bound each other.</summary>
internal static class TimeRelations
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(1);

    public static void Check(ConsumerCheck check)
    {
        var options = check.Options;
        if (options.GroupProtocol == GroupProtocol.Classic)
        {
            CheckSession(check, options.EffectiveSessionTimeout, options.EffectiveHeartbeatInterval);
        }

        var drain = options.Rebalance.DrainTimeout;
        var final = options.Commit.FinalTimeout;
        if (check.AreFine("Rebalance:DrainTimeout", "Commit:FinalTimeout", "MaxPollInterval")
            && drain + final + Margin > options.MaxPollInterval)
        {
            check.Fail("Rebalance:DrainTimeout",
                $"a revocation may take it, Commit:FinalTimeout ({T(final)}) and a second of margin, " +
                $"and that must fit into MaxPollInterval ({T(options.MaxPollInterval)}) or the broker evicts the member meanwhile",
                (options.MaxPollInterval - final - Margin is var most && most >= TimeSpan.Zero ? $"set it to {T(most)} or less, or " : "")
                    + $"set MaxPollInterval to {T(drain + final + Margin)} or more");
        }

        if (check.AreFine("FetchMaxWait", "RequestTimeout") && options.FetchMaxWait + Margin > options.RequestTimeout)
        {
            check.Fail("FetchMaxWait",
                $"must be at least a second shorter than RequestTimeout ({T(options.RequestTimeout)}), or waiting fetches time out",
                options.RequestTimeout >= Margin ? $"set it to {T(options.RequestTimeout - Margin)} or less"
                    : $"set RequestTimeout to {T(options.FetchMaxWait + Margin)} or more");
        }

        if (check.AreFine("FetchMaxBytes", "MaxPartitionFetchBytes") && options.FetchMaxBytes < options.MaxPartitionFetchBytes)
        {
            check.Fail("FetchMaxBytes", $"must be at least MaxPartitionFetchBytes ({OptionText.Format(options.MaxPartitionFetchBytes)})",
                $"set it to {OptionText.Format(options.MaxPartitionFetchBytes)} or more, " +
                $"or MaxPartitionFetchBytes to {OptionText.Format(options.FetchMaxBytes)} or less");
        }

        if (options.WhenHandlerStuck != StuckHandlerPolicy.Report && options.MaxHandlerDuration is null && check.AreFine("MaxHandlerDuration", "WhenHandlerStuck"))
        {
            check.Fail("WhenHandlerStuck", "needs MaxHandlerDuration: without it no handler counts as stuck", "set MaxHandlerDuration, or remove the key");
        }

        var retry = options.Failures.Retry;
        if (check.AreFine("Failures:Retry:Delay", "Failures:Retry:MaxDelay") && retry.MaxDelay < retry.Delay)
        {
            check.Fail("Failures:Retry:MaxDelay", $"must be at least Failures:Retry:Delay ({T(retry.Delay)})",
                $"set it to {T(retry.Delay)} or more");
        }
    }

    /// <summary>For a consumer with rebalance listeners, whose time on a revocation is part of the drain's.</summary>
    public static void CheckListeners(ConsumerCheck check)
    {
        var drain = check.Options.Rebalance.DrainTimeout;
        var listener = check.Options.Rebalance.ListenerTimeout;
        if (check.AreFine("Rebalance:ListenerTimeout", "Rebalance:DrainTimeout") && listener >= drain)
        {
            check.Fail("Rebalance:ListenerTimeout",
                $"must be below Rebalance:DrainTimeout ({T(drain)}): the rebalance listeners have it of that, and the handlers what is left",
                $"set it to less than {T(drain)}, or Rebalance:DrainTimeout to more than {T(listener)}");
        }
    }

    private static void CheckSession(ConsumerCheck check, TimeSpan session, TimeSpan heartbeat)
    {
        if (check.AreFine("SessionTimeout", "HeartbeatInterval") && heartbeat * 3 > session)
        {
            var given = check.Options.HeartbeatInterval is not null;
            check.Fail(given ? "HeartbeatInterval" : "SessionTimeout", given ? heartbeat : session,
                given ? $"must be at most a third of SessionTimeout ({T(session)})"
                    : $"must be at least three times HeartbeatInterval ({T(heartbeat)})",
                given ? $"set it to {T(session / 3)} or less"
                    : $"set it to {T(heartbeat * 3)} or more, or HeartbeatInterval to {T(session / 3)} or less");
        }

        if (check.AreFine("SessionTimeout", "MaxPollInterval") && session > check.Options.MaxPollInterval)
        {
            var given = check.Options.SessionTimeout is not null;
            check.Fail(given ? "SessionTimeout" : "MaxPollInterval", given ? session : check.Options.MaxPollInterval,
                given ? $"must be at most MaxPollInterval ({T(check.Options.MaxPollInterval)})"
                    : $"must be at least SessionTimeout ({T(session)})",
                given ? $"set it to {T(check.Options.MaxPollInterval)} or less, or MaxPollInterval to {T(session)} or more"
                    : $"set it to {T(session)} or more, or SessionTimeout to {T(check.Options.MaxPollInterval)} or less");
        }
    }

    private static string T(TimeSpan time) => OptionText.Format(time);
}
