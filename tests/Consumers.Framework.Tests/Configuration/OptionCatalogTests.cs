using System.Reflection;
using Consumers.Framework.Configuration;
using Consumers.Framework.Interop;

namespace Consumers.Framework.Tests.Configuration;

public sealed class OptionCatalogTests
{
    /// <summary>Options that are null unless given, and take this then.</summary>
    private static readonly Dictionary<string, string> EffectiveDefaults = new()
    {
        ["Assignor"] = "CooperativeSticky",
        ["SessionTimeout"] = "00:00:45",
        ["HeartbeatInterval"] = "00:00:03",
        ["Commit:Interval"] = "00:00:00.2",
        ["Commit:MaxUncommitted"] = "10000000",
    };

    [Fact]
    public void All_OptionClasses_EveryPublicPropertyIsThere()
    {
        var properties = Properties(typeof(KafkaConsumerOptions), "").Select(p => p.Path).Order(StringComparer.Ordinal);

        Assert.Equal(properties, OptionCatalog.All.Select(o => o.Path).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Default_EveryOption_IsWhatANewObjectHas()
    {
        var options = new KafkaConsumerOptions();
        foreach (var option in OptionCatalog.All.Where(o => o.Kind is not (OptionKind.TextList or OptionKind.PartitionMap or OptionKind.ClientSettings)))
        {
            var value = option.Read(options);
            var expected = value is null ? EffectiveDefaults.GetValueOrDefault(option.Path) : OptionText.Format(value);
            Assert.Equal((option.Path, expected), (option.Path, option.Default));
        }
    }

    [Fact]
    public void EffectiveDefaults_NothingGiven_AreWhatTheClientGets()
    {
        var settings = ConfiguredHost.Orders("").LoadOne();
        var client = Assert.Single(settings.WorkerClients);

        Assert.Equal("45000", client["session.timeout.ms"]);
        Assert.Equal("3000", client["heartbeat.interval.ms"]);
        Assert.Equal("cooperative-sticky", client["partition.assignment.strategy"]);
        Assert.Equal(TimeSpan.FromMilliseconds(200), settings.CommitInterval);
        Assert.Equal(10_000_000, settings.MaxUncommitted);
    }

    [Fact]
    public void Read_EveryOption_ReadsThePropertyOfItsPath()
    {
        // Each property gets a value of its own, so that a reader of another one is seen.
        foreach (var (path, property, owner) in Properties(typeof(KafkaConsumerOptions), ""))
        {
            var options = new KafkaConsumerOptions();
            var target = owner(options);
            var value = Other(property.PropertyType, property.GetValue(target));
            property.SetValue(target, value);

            Assert.Equal((path, value), (path, OptionCatalog.Find(path)!.Read(options)));
        }
    }

    [Fact]
    public void Parse_DefaultMinAndMaxOfEveryOption_AreAccepted()
    {
        foreach (var option in OptionCatalog.All.Where(o => o.Kind is OptionKind.Number or OptionKind.Duration or OptionKind.Choice or OptionKind.Flag))
        {
            var texts = option.Kind switch
            {
                OptionKind.Number => [OptionText.Format(option.Min), OptionText.Format(option.Max)],
                OptionKind.Duration => [OptionText.Format(new TimeSpan(option.Min)), OptionText.Format(new TimeSpan(option.Max))],
                _ => option.Choices,
            };
            foreach (var text in texts.Append(option.Default ?? texts[0]))
            {
                Assert.Equal((option.Path, text), (option.Path, OptionText.Parse(option, text).Value));
            }
        }
    }

    [Fact]
    public void MinAndMax_OfAClientSetting_AreAcceptedByTheClient()
    {
        foreach (var option in OptionCatalog.All.Where(o => o.ClientKey is not null && (o.Kind is OptionKind.Number or OptionKind.Duration)))
        {
            foreach (var bound in new[] { option.Min, option.Max })
            {
                var number = option.Kind == OptionKind.Duration ? bound / TimeSpan.TicksPerMillisecond : bound;
                Assert.Null(NativeConfiguration.Check(option.ClientKey!, OptionText.Format(number)));
            }
        }
    }

    private static IEnumerable<(string Path, PropertyInfo Property, Func<KafkaConsumerOptions, object> Owner)> Properties(Type type, string prefix, Func<KafkaConsumerOptions, object>? owner = null)
    {
        owner ??= options => options;
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var path = prefix + property.Name;
            if (property.PropertyType.IsClass && property.PropertyType.Namespace == typeof(KafkaConsumerOptions).Namespace)
            {
                foreach (var nested in Properties(property.PropertyType, path + ":", options => property.GetValue(owner(options))!))
                {
                    yield return nested;
                }
            }
            else
            {
                yield return (path, property, owner);
            }
        }
    }

    private static object Other(Type type, object? value)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return value switch
        {
            bool flag => !flag,
            int number => number + 7,
            TimeSpan time => time + TimeSpan.FromTicks(7),
            string text => text + "7",
            _ when type.IsEnum => Enum.GetValues(type).GetValue(Enum.GetValues(type).Length - 1)!,
            _ when type == typeof(TimeSpan) => TimeSpan.FromTicks(7),
            _ when type == typeof(int) => 7,
            _ when type == typeof(long) => 7L,
            _ when type == typeof(string) => "7",
            _ when type == typeof(IList<string>) => new List<string> { "7" },
            _ when type == typeof(IDictionary<string, int[]>) => new Dictionary<string, int[]> { ["7"] = [7] },
            _ when type == typeof(IDictionary<string, string>) => new Dictionary<string, string> { ["7"] = "7" },
            _ => throw new InvalidOperationException($"No other value for {type}."),
        };
    }
}
