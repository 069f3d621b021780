using Consumers.Framework.Configuration;
using Consumers.Framework.Fleet.Cells;
using Consumers.Framework.Fleet.Running;

namespace Consumers.Framework.Fleet.Tests.Scenarios;

public sealed class MatrixRoundTests
{
    [Fact]
    public void Of_OneRound_HasEachCell() =>
        Assert.Equal(CellMatrix.All, MatrixRound.Of(CellMatrix.All, seed: 1, FleetLoad.Light).Select(static run => run.Cell).Take(CellMatrix.All.Count));

    [Fact]
    public void Of_OneRound_DealsEachScenarioToEachStrategyOnce()
    {
        foreach (var strategy in MatrixRound.Of(CellMatrix.All, seed: 1, FleetLoad.Light).Take(CellMatrix.All.Count).GroupBy(static run => run.Cell.Strategy))
        {
            Assert.Equal(5, strategy.Select(static run => run.Scenario).Distinct().Count());
        }
    }

    [Fact]
    public void Of_FiveRounds_DealsEachScenarioToEachCell()
    {
        var cell = CellMatrix.All.Single(static cell => cell is { Assignor: FleetAssignor.Range, Strategy: CommitStrategy.Manual });

        Assert.Equal(5, Enumerable.Range(1, 5).SelectMany(static seed => MatrixRound.Of(CellMatrix.All, seed, FleetLoad.Light).Take(CellMatrix.All.Count))
            .Where(run => run.Cell == cell).Select(static run => run.Scenario).Distinct().Count());
    }

    [Fact]
    public void Parse_WhatACellWrites_IsTheCell() => Assert.All(CellMatrix.All, static cell => Assert.Equal(cell, Cell.Parse(cell.ToString())));
}
