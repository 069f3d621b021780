namespace Consumers.Framework.IntegrationTests.Brokers;

/// <summary>The layouts that the broker at hand does not write.</summary>
public sealed class OffsetRecordParserTests
{
    // Version 1, group "g", topic "t", partition 5.
    private const string Key = "0001" + "0001" + "67" + "0001" + "74" + "00000005";

    [Theory]
    [InlineData("0001" + "000000000000002A" + "0002" + "6D64" + "00000000000003E8" + "00000000000007D0", -1)]
    [InlineData("0002" + "000000000000002A" + "0002" + "6D64" + "00000000000003E8", -1)]
    [InlineData("0003" + "000000000000002A" + "00000003" + "0002" + "6D64" + "00000000000003E8", 3)]
    [InlineData("0004" + "000000000000002A" + "00000003" + "03" + "6D64" + "00000000000003E8" + "00", 3)]
    public void Parse_OfEachValueVersion_ReadsTheSameCommit(string value, int epoch)
    {
        var commit = OffsetRecordParser.Parse(Convert.FromHexString(Key), Convert.FromHexString(value));

        Assert.Equal(new OffsetCommitRecord("g", new("t", 5), 42, epoch, "md", DateTimeOffset.FromUnixTimeSeconds(1)), commit);
    }

    [Fact]
    public void Parse_OfATombstone_HasNoOffset() => Assert.Null(OffsetRecordParser.Parse(Convert.FromHexString(Key), [])!.Offset);

    [Fact]
    public void Parse_OfAGroupsMetadata_IsNull() => Assert.Null(OffsetRecordParser.Parse(Convert.FromHexString("0002" + "0001" + "67"), [1]));

    [Fact]
    public void Parse_OfANewerValue_IsRefused() =>
        Assert.Throws<NotSupportedException>(() => OffsetRecordParser.Parse(Convert.FromHexString(Key), Convert.FromHexString("0005")));
}
