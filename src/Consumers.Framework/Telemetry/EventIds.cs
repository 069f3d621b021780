namespace Consumers.Framework.Telemetry;

/// <summary>The ids of all log entries. Some folders share a range of a hundred; an id is never used again for something else.</summary>
internal static class EventIds
{
    // Hosting 1000-1099
    public const int ConsumerStarted = 1000;
    public const int ConsumerStopped = 1001;
    public const int WorkerFailed = 1002;
    public const int WorkerStopsHost = 1003;
    public const int WorkerAbandoned = 1004;
    public const int WorkerFailedAtStop = 1005;
    public const int SurplusWorkers = 1020;
    public const int WorkerReplaced = 1010;
    public const int ConsumerCompleted = 1030;
    public const int CompletionStopsHost = 1031;
    public const int DisposalWaits = 1040;

    // Configuration 1100-1199
    public const int ConsumerConfigured = 1100;
    public const int ConsumerDisabled = 1101;
    public const int ConfigurationWarning = 1102;
    public const int ConfigurationChanged = 1110;
    public const int ConfigurationRejected = 1111;
    public const int ConfigurationRestored = 1112;

    // Clients, Positions, Polling 1200-1299
    public const int Client = 1200;
    public const int ConnectionFailed = 1201;
    public const int SubscriptionFailed = 1202;
    public const int NoOffset = 1203;
    public const int PausedByBackPressure = 1204;
    public const int ResumedFromBackPressure = 1205;
    public const int ClientAbandoned = 1206;
    public const int CloseFailed = 1207;
    public const int MembershipEnded = 1208;
    public const int OrphanRecords = 1209;
    public const int ClientLeaked = 1210;
    public const int PollsManaged = 1211;
    public const int Unreadable = 1212;
    public const int WentAstray = 1213;
    public const int Rejoined = 1214;
    public const int PositionReset = 1220;
    public const int OutOfRange = 1221;
    public const int ResetVetoed = 1222;
    public const int ResetDeferred = 1223;
    public const int SentBack = 1224;
    public const int StartsWithoutCommit = 1225;
    public const int CommittedUnknown = 1226;
    public const int TopicIdsUnavailable = 1227;
    public const int TopicsSeen = 1228;
    public const int Silent = 1229;
    public const int MixedGroup = 1240;
    public const int ReadPlanned = 1250;
    public const int NothingToRead = 1251;
    public const int ReadDeferred = 1252;
    public const int TokenFailed = 1260;
    public const int TokenRecovered = 1261;
    public const int NoTopicMatches = 1262;
    public const int TopicMissing = 1263;
    public const int TokenLate = 1264;
    public const int CommitOfDeletedTopic = 1280;

    // Leases, Listeners, Positions 1300-1399
    public const int Rebalanced = 1300;
    public const int DrainTimedOut = 1301;
    public const int FinalCommitGivenUp = 1302;
    public const int PartitionWentBack = 1303;
    public const int WaitsForHandler = 1304;
    public const int ListenerGivenUp = 1320;
    public const int ListenerSkipped = 1321;
    public const int ListenerFailed = 1322;
    public const int ListenerReturned = 1323;
    public const int StartsRequested = 1324;
    public const int CaughtUp = 1325;
    public const int Idle = 1326;

    // Dispatching, Leases 1400-1499
    public const int StaleCompletion = 1400;
    public const int AbandonedAtFailure = 1401;
    public const int HandlerOverdue = 1410;
    public const int HandlerStuck = 1411;
    public const int LaneBroke = 1412;
    public const int LaneStands = 1413;
    public const int CancellationCallbackFailed = 1414;

    // Handling 1500-1599

    // Failures 1600-1699
    public const int AttemptFailed = 1600;
    public const int RecordBlocked = 1601;
    public const int RecordStillBlocked = 1602;
    public const int RecordUnblocked = 1603;
    public const int RecordSkipped = 1604;
    public const int RecordStopsHost = 1605;
    public const int PipelineFailed = 1606;
    public const int HandlerNotMade = 1610;
    public const int HandlerStillNotMade = 1611;
    public const int AttemptRefused = 1612;

    // Committing 1700-1799
    public const int CommitFailed = 1700;
    public const int CommitsRecovered = 1701;
    public const int CommitDeferred = 1702;

    // Health 1800-1899
}
