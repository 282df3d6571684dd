def draw(data):
    from matplotlib.figure import Figure
    f=Figure(); f.subplots(); return f
